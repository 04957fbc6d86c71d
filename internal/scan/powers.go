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

// A PowerReader reads who holds permissions and directory roles.
type PowerReader interface {
	EachPermission(ctx context.Context, visit func(objects.Assignment)) error
	EachDirectoryRole(ctx context.Context, visit func(objects.Assignment)) error
	EachPrincipal(ctx context.Context, ids []string, visit func(id, appID string, err error))
}

// Powers are the permissions and directory roles of privileged applications, by
// application ID in lower case. Where whole is not set, one that is missing may be
// privileged all the same.
type Powers struct {
	asked, whole bool
	of           map[string][]string
}

// ReadPowers reads them for the whole tenant by two listings, and the application IDs
// of those who hold any: that is less than a request for each application. The notes say
// what could not be read.
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
	if err := r.EachPermission(ctx, hold(objects.GraphPower)); err != nil {
		p.whole = false
		notes = append(notes, msg.New("which applications hold powerful permissions on Microsoft Graph could not be read: %s", ReasonOf(err)))
	}
	if err := r.EachDirectoryRole(ctx, hold(objects.RolePower)); err != nil {
		p.whole = false
		notes = append(notes, msg.New("which applications hold directory roles could not be read: %s", ReasonOf(err)))
	}
	var failed error
	r.EachPrincipal(ctx, slices.Sorted(maps.Keys(held)), func(id, appID string, err error) {
		switch {
		case err == nil && appID != "":
			list := p.of[strings.ToLower(appID)]
			p.of[strings.ToLower(appID)] = append(list, held[id]...)
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

// List is what an application holds: empty for none, nil where that is not known.
func (p *Powers) List(appID string) *[]string {
	list := p.of[strings.ToLower(appID)]
	if !p.asked || list == nil && !p.whole {
		return nil
	}
	return new(append([]string{}, list...))
}

// Reasons say why a credential that came deserves to be looked at first.
func Reasons(by *result.ChangedBy, held *[]string) []result.Reason {
	var list []result.Reason
	switch {
	case by == nil:
	case by.Itself:
		list = append(list, result.SelfAdded())
	case by.ActorType == "application":
		list = append(list, result.AddedByApplication(by))
	}
	if held != nil && len(*held) > 0 {
		list = append(list, result.Privileged(*held))
	}
	return list
}

// inquire reads who made the changes, and what the applications may do.
func (t *tenantScan) inquire(ctx context.Context) (notes []msg.Text) {
	c := t.changed()
	if c.any() {
		notes = t.readAuthors(ctx, c)
	}
	if c.any() || t.options.needs(needPowers) {
		p, unread := ReadPowers(ctx, t.lister)
		t.powers, notes = p, append(notes, unread...)
	}
	if t.options.needs(needIssuers) {
		notes = append(notes, t.readIssuers(ctx)...)
	}
	return notes
}

// known is what was found out about a tenant's credentials beside what lists them.
type known struct {
	authors authors
	powers  Powers
	foreign map[string]result.Reason // by the ID of a federated credential
}

// addTo writes it into a finding.
func (k *known) addTo(f *result.Finding) {
	f.Privileges = k.powers.List(result.OrEmpty(f.AppID))
	var by *result.ChangedBy
	if f.Rule == "appeared" && f.KeyID != nil {
		by = k.authors.added[strings.ToLower(*f.KeyID)]
		f.ChangedBy = by
	}
	f.Reasons = Reasons(by, f.Privileges)
	if f.Rule == result.RuleForeignIssuer {
		f.Reasons = append([]result.Reason{k.foreign[strings.ToLower(result.OrEmpty(f.KeyID))]}, f.Reasons...)
	}
}

// change writes it into a change. Of one that is gone, who removed it says nothing.
func (k *known) change(c *result.ScanChange) {
	key, held := strings.ToLower(c.Item.KeyID), k.powers.List(result.OrEmpty(c.Item.AppID))
	if c.Change == "gone" {
		c.By, c.Reasons = k.authors.removed[key], Reasons(nil, held)
		return
	}
	c.By = k.authors.added[key]
	c.Reasons = Reasons(c.By, held)
}
