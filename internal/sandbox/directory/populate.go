package directory

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// Populate adds n applications with service principals, as varied as in a large tenant:
// with no, one or several secrets, which are expired, expire soon or are valid for years,
// on either object or both. Equal seeds make equal tenants. The secrets are placeholders
// and cannot sign in.
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

// fractions are the precisions with which the service stored times over the years: from
// seconds to seven digits.
var fractions = [...]time.Duration{time.Second, time.Second, 100 * time.Nanosecond, time.Millisecond, 10 * time.Microsecond}

func populatedName(r *rand.Rand, i int) string {
	words := [...]string{"Backup", "Payroll", "Mail", "Portal", "Sync", "Archive", "Billing", "Sensor"}
	return fmt.Sprintf("%s %s %05d", words[r.IntN(len(words))], words[r.IntN(len(words))], i)
}

// populatedPassword returns a password that expires between a year ago and in three
// years. A few never expire, as old tools set it.
func populatedPassword(r *rand.Rand, key string, now time.Time) Password {
	end := now.AddDate(0, 0, r.IntN(4*365)-365).Add(time.Duration(r.Int64N(int64(24 * time.Hour)))).Truncate(fractions[r.IntN(len(fractions))])
	start := end.AddDate(-2, 0, 0)
	if r.IntN(25) == 0 {
		end = time.Date(2299, 12, 31, 0, 0, 0, 0, time.UTC)
	}
	p := Password{KeyID: StableID("key " + key), DisplayName: "rotated", Hint: fmt.Sprintf("%03d", r.IntN(1000)), Start: &start, End: &end}
	if r.IntN(8) == 0 {
		p.DisplayName, p.Hint = "", "" // as with MSOnline
	}
	return p
}
