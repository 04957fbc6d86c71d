package scan

import (
	"context"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
)

// authors are who added and removed credentials since the baseline, by key ID in
// lower case.
type authors struct{ added, removed map[string]*result.ChangedBy }

// logMargin is how much before the earlier scan the log is read: that scan may have
// read a listing before the change, and its time is that of this machine.
const logMargin = 15 * time.Minute

// readAuthors finds out who made the changes since the baseline, where there are any,
// and writes it into their list. What the log does not tell is not known.
func (r *run) readAuthors(ctx context.Context, lister lister, d *tenantDone) {
	wanted := map[string]*result.ScanChange{}
	for i := range d.changes.list {
		wanted[strings.ToLower(d.changes.list[i].Item.KeyID)] = &d.changes.list[i]
	}
	if len(wanted) == 0 && (d.gone == nil || len(d.gone.ids) == 0) {
		return
	}
	a := authors{map[string]*result.ChangedBy{}, map[string]*result.ChangedBy{}}
	err := lister.EachChange(ctx, r.options.Baseline.since.Add(-logMargin), func(c objects.Change) {
		for _, key := range c.Added {
			if w := wanted[key.ID]; w != nil && a.added[key.ID] == nil {
				a.added[key.ID] = AuthorOf(&c, w.Item.AppID)
				w.By = a.added[key.ID]
			}
		}
		for _, key := range c.Removed {
			if d.gone != nil && a.removed[key.ID] == nil && d.gone.has(key.ID) {
				a.removed[key.ID] = AuthorOf(&c, nil)
			}
		}
	})
	if err != nil {
		d.Notes = append(d.Notes, msg.New("who made the changes could not be read from the audit log: %s", ReasonOf(err)))
	}
	d.authors = a
}

// AuthorOf is who made a change. appID is that of the changed application, where it is
// known.
func AuthorOf(c *objects.Change, appID *string) *result.ChangedBy {
	by := &result.ChangedBy{DateTime: c.Time.UTC(), Actor: orNil(c.Actor), ActorType: "user",
		ActorAppID: orNil(c.ByAppID), IPAddress: orNil(c.IPAddress), Client: orNil(c.Client), Through: orNil(c.Through)}
	switch {
	case c.Through != "": // a user, with the application in hand
	case c.ByAppID != "" || c.ByPrincipal != "":
		by.ActorType = "application"
		by.Itself = appID != nil && strings.EqualFold(*appID, c.ByAppID) || c.ByPrincipal != "" && c.ByPrincipal == c.ObjectID
	case c.Actor == "":
		by.ActorType = "unknown"
	}
	return by
}

// addTo writes what is known into a finding about a credential that appeared.
func (a *authors) addTo(f *result.Finding) {
	if f.Rule == "appeared" && f.KeyID != nil {
		f.ChangedBy = a.added[strings.ToLower(*f.KeyID)]
	}
}
