package scan

import (
	"context"
	"maps"
	"slices"
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

// changed are the keys that came, with their application's ID, and those that went.
type changed struct {
	came map[string]string
	gone *idSet
}

func (c *changed) any() bool { return len(c.came) > 0 || c.gone != nil && len(c.gone.ids) > 0 }

// changed compares with the baseline, once all is read. As many are looked up as
// changes are listed.
func (t *tenantScan) changed() changed {
	c := changed{came: map[string]string{}}
	if t.past == nil {
		return c
	}
	for i := range t.main {
		s := &t.main[i]
		for raw, err := range s.candidates.records(s.candidates.whole()) {
			if err != nil {
				break // joining the streams meets it, too
			}
			if r := readRecord(raw); r.change != "" && r.credential != nil && len(c.came) < maxChanges {
				c.came[strings.ToLower(r.credential.KeyID)] = strings.ToLower(r.object.AppID)
			}
		}
	}
	if t.complete() {
		c.gone = t.past.gone()
	}
	return c
}

// readAuthors finds out who made the changes since the baseline, where there are any.
// What the log does not tell is not known.
func (t *tenantScan) readAuthors(ctx context.Context, c changed) (notes []msg.Text) {
	t.authors = authors{map[string]*result.ChangedBy{}, map[string]*result.ChangedBy{}}
	var by byPrincipal
	err := t.lister.EachChange(ctx, t.options.Baseline.since.Add(-logMargin), func(ch objects.Change) {
		for _, key := range ch.Added {
			if appID, ok := c.came[key.ID]; ok && t.authors.added[key.ID] == nil {
				t.authors.added[key.ID] = by.note(AuthorOf(&ch, &appID), &ch, appID)
			}
		}
		for _, key := range ch.Removed {
			if c.gone != nil && t.authors.removed[key.ID] == nil && c.gone.has(key.ID) {
				t.authors.removed[key.ID] = AuthorOf(&ch, nil)
			}
		}
	})
	if err != nil {
		notes = append(notes, msg.New("who made the changes could not be read from the audit log: %s", ReasonOf(err)))
	}
	by.resolve(ctx, t.lister)
	return notes
}

// byPrincipal are changes by applications that the log names by the object ID of their
// service principal alone, as it mostly does.
type byPrincipal map[string][]principalChange

type principalChange struct {
	by    *result.ChangedBy
	appID string
}

func (b *byPrincipal) note(by *result.ChangedBy, c *objects.Change, appID string) *result.ChangedBy {
	if c.ByAppID == "" && c.ByPrincipal != "" && !by.Itself {
		if *b == nil {
			*b = byPrincipal{}
		}
		(*b)[c.ByPrincipal] = append((*b)[c.ByPrincipal], principalChange{by, appID})
	}
	return by
}

// resolve reads which applications they are: one that adds a secret to its own
// application object is not told apart from others before. One that is gone is none of
// those that changed.
func (b *byPrincipal) resolve(ctx context.Context, lister lister) {
	ids := slices.Sorted(maps.Keys(*b))
	if len(ids) == 0 {
		return
	}
	lister.EachPrincipal(ctx, ids, func(id, appID string, err error) {
		for _, c := range (*b)[id] {
			if err == nil && appID != "" {
				c.by.ActorAppID = new(appID)
				c.by.Itself = c.by.ActorType == "application" && strings.EqualFold(appID, c.appID)
			}
		}
	})
}

// AuthorOf is who made a change. appID is that of the changed application, where it is
// known.
func AuthorOf(c *objects.Change, appID *string) *result.ChangedBy {
	by := &result.ChangedBy{DateTime: c.Time.UTC(), Actor: result.OrNil(c.Actor), ActorType: "user",
		ActorAppID: result.OrNil(c.ByAppID), IPAddress: result.OrNil(c.IPAddress), Client: result.OrNil(c.Client), Through: result.OrNil(c.Through)}
	switch {
	case c.Through != "": // a user, with the application in hand
	case c.ByAppID != "" || c.ByPrincipal != "":
		by.ActorType = "application"
		by.Itself = c.ByAppID != "" && appID != nil && strings.EqualFold(*appID, c.ByAppID) || c.ByPrincipal != "" && c.ByPrincipal == c.ObjectID
	case c.Actor == "":
		by.ActorType = "unknown"
	}
	return by
}
