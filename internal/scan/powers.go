package scan

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// A PowerReader reads the assignments of permissions and directory roles.
type PowerReader interface {
	EachPermission(ctx context.Context, visit func(objects.Assignment)) error
	EachDirectoryRole(ctx context.Context, visit func(objects.Assignment)) error
	EachPrincipal(ctx context.Context, ids []string, visit func(id, appID string, err error))
}

// Powers are the permissions and directory roles of privileged applications, by application
// ID in lower case. If whole is false, an application that is missing may be privileged.
type Powers struct {
	asked, whole bool
	of           map[string][]string
}

// ReadPowers reads them for the whole tenant with two listings, and then the application IDs
// of the holders. That takes fewer requests than one per application. The notes say what
// could not be read.
func ReadPowers(ctx context.Context, r PowerReader) (p Powers, notes []msg.Text) {
	p = Powers{asked: true, whole: true, of: map[string][]string{}}
	held := map[string][]string{} // by service principal
	hold := func(name func(string) string) func(objects.Assignment) {
		return func(a objects.Assignment) {
			if n := name(a.Role); n != "" && !slices.Contains(held[a.Principal], n) {
				held[a.Principal] = append(held[a.Principal], n)
			}
		}
	}
	if err := r.EachPermission(ctx, hold(graphPower)); err != nil {
		p.whole = false
		notes = append(notes, msg.New("which applications hold powerful permissions on Microsoft Graph could not be read: %s", ReasonOf(err)))
	}
	if err := r.EachDirectoryRole(ctx, hold(rolePower)); err != nil {
		p.whole = false
		notes = append(notes, msg.New("which applications hold directory roles could not be read: %s", ReasonOf(err)))
	}
	var failed error
	r.EachPrincipal(ctx, slices.Sorted(maps.Keys(held)), func(id, appID string, err error) {
		switch appID = strings.ToLower(appID); {
		case err == nil && appID != "":
			p.of[appID] = append(p.of[appID], held[id]...)
		case err != nil && !notThere(err): // users and groups have directory roles, too
			failed = err
		}
	})
	if failed != nil {
		p.whole = false
		notes = append(notes, msg.New("some of the applications that hold powerful permissions could not be read: %s", ReasonOf(failed)))
	}
	for _, list := range p.of {
		slices.Sort(list)
	}
	return p, notes
}

func notThere(err error) bool {
	var refusal interface {
		Refusal() (status int, code, message string)
	}
	if !errors.As(err, &refusal) {
		return false
	}
	status, _, _ := refusal.Refusal()
	return status == http.StatusNotFound
}

// List returns what an application holds: empty for nothing, nil if that is not known.
func (p *Powers) List(appID string) *[]string {
	list := p.of[strings.ToLower(appID)]
	if !p.asked || list == nil && !p.whole {
		return nil
	}
	return new(append([]string{}, list...))
}

// known is what is known about a tenant's credentials besides their properties.
type known struct {
	// added and removed say who added and removed credentials since the baseline, by key ID
	// in lower case.
	added, removed map[string]*result.ChangedBy
	powers         Powers
	foreign        map[string]result.Reason // by the ID of a federated credential
}

// inquire reads who made the changes, and what the applications may do.
func (t *tenantScan) inquire(ctx context.Context) (notes []msg.Text) {
	t.known = known{map[string]*result.ChangedBy{}, map[string]*result.ChangedBy{}, Powers{}, map[string]result.Reason{}}
	came, gone := t.changed()
	changed := len(came)+len(gone) > 0
	if changed {
		notes = t.readAuthors(ctx, came, gone)
	}
	if changed || t.options.needs(needPowers) {
		p, unread := ReadPowers(ctx, t.lister)
		t.known.powers, notes = p, append(notes, unread...)
	}
	if t.options.needs(needIssuers) {
		t.readIssuers(ctx)
	}
	return notes
}

// addTo adds it to a finding.
func (k *known) addTo(f *result.Finding) {
	f.Privileges = k.powers.List(result.OrEmpty(f.AppID))
	key := strings.ToLower(result.OrEmpty(f.KeyID))
	if f.Rule == "appeared" {
		f.ChangedBy = k.added[key]
	}
	f.Reasons = Reasons(f.ChangedBy, f.Privileges)
	if f.Rule == result.RuleForeignIssuer {
		f.Reasons = append([]result.Reason{k.foreign[key]}, f.Reasons...)
	}
}

// addToChange adds it to a change. Who removed a credential is not a reason for attention.
func (k *known) addToChange(c *result.ScanChange) {
	key := strings.ToLower(c.Item.KeyID)
	by := k.added[key]
	if c.By = by; c.Change == "gone" {
		c.By, by = k.removed[key], nil
	}
	c.Reasons = Reasons(by, k.powers.List(result.OrEmpty(c.Item.AppID)))
}
