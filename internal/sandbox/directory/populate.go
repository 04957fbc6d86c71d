package directory

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// Populate adds n applications with their service principals to a tenant, as
// varied as those of a large one: no secret, one, or several; ended, ending soon,
// for years; on the application, on the service principal or on both. Equal seeds
// make equal tenants. The secrets are placeholders that sign nobody in.
func Populate(t *Tenant, n int, seed uint64, now time.Time) {
	r := rand.New(rand.NewPCG(seed, seed)) // nothing here is secret
	for i := range n {
		populateOne(t, i, r, fmt.Sprintf("%s/%d/%d", t.ID, seed, i), now)
	}
}

func populateOne(t *Tenant, i int, r *rand.Rand, key string, now time.Time) {
	created := now.AddDate(0, 0, -1-r.IntN(2000)).Truncate(fractions[r.IntN(len(fractions))])
	app := &Application{Object: Object{
		ID: StableID("app " + key), AppID: StableID("client " + key), DisplayName: populatedName(r, i),
		SignInAudience: "AzureADMyOrg", Created: created,
	}}
	sp := &ServicePrincipal{
		Object: app.Object, Type: "Application", Enabled: r.IntN(20) > 0, OwnerTenant: t.ID, Names: []string{app.AppID},
	}
	sp.ID = StableID("sp " + key)
	for j := range r.IntN(4) {
		app.Passwords = append(app.Passwords, populatedPassword(r, fmt.Sprintf("%s/%d", key, j), now))
	}
	if r.IntN(10) == 0 {
		sp.Passwords = append(sp.Passwords, populatedPassword(r, key+"/sp", now))
	}
	t.Applications = append(t.Applications, app)
	t.ServicePrincipals = append(t.ServicePrincipals, sp)
}

// fractions are how exactly the service wrote times over the years: from whole
// seconds to seven digits.
var fractions = [...]time.Duration{time.Second, time.Second, 100 * time.Nanosecond, time.Millisecond, 10 * time.Microsecond}

func populatedName(r *rand.Rand, i int) string {
	words := [...]string{"Backup", "Payroll", "Mail", "Portal", "Sync", "Archive", "Billing", "Sensor"}
	return fmt.Sprintf("%s %s %05d", words[r.IntN(len(words))], words[r.IntN(len(words))], i)
}

// populatedPassword ends between a year ago and three years ahead; a few never
// end, as tools of the past wrote it.
func populatedPassword(r *rand.Rand, key string, now time.Time) Password {
	end := now.AddDate(0, 0, r.IntN(4*365)-365).Add(time.Duration(r.Int64N(int64(24 * time.Hour)))).Truncate(fractions[r.IntN(len(fractions))])
	start := end.AddDate(-2, 0, 0)
	if r.IntN(25) == 0 {
		end = time.Date(2299, 12, 31, 0, 0, 0, 0, time.UTC)
	}
	p := Password{KeyID: StableID("key " + key), DisplayName: "rotated", Hint: fmt.Sprintf("%03d", r.IntN(1000)), Start: &start, End: &end}
	if r.IntN(8) == 0 {
		p.DisplayName, p.Hint = "", "" // as MSOnline left them
	}
	return p
}
