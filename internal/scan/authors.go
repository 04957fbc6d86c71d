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

// logMargin is how long before the earlier scan the log is read. That scan may have read a
// listing before the change, and its time is that of this machine.
const logMargin = 15 * time.Minute

// changed returns the differences from the baseline by key ID, after all was read: the new
// keys with the IDs of their applications, and the keys that are gone. There are at most as
// many new keys as changes are listed.
func (t *tenantScan) changed() (came map[string]string, gone map[id]bool) {
	if t.past == nil {
		return nil, nil
	}
	came = map[string]string{}
	for i := range t.main {
		for r, err := range t.main[i].candidates.all() {
			if err != nil {
				break // joining the streams will report it
			}
			if r.change != "" && r.credential != nil && len(came) < maxChanges {
				came[strings.ToLower(r.credential.KeyID)] = strings.ToLower(r.object.AppID)
			}
		}
	}
	if t.whole {
		gone = t.past.goneKeys()
	}
	return came, gone
}

// readAuthors finds out from the audit log who made the changes since the baseline. An
// author that the log does not name stays unknown.
func (t *tenantScan) readAuthors(ctx context.Context, came map[string]string, gone map[id]bool) (notes []msg.Text) {
	// The log often names an application only by the object ID of its service principal.
	type unnamed struct {
		by    *result.ChangedBy
		appID string
	}
	principals := map[string][]unnamed{}
	err := t.lister.EachChange(ctx, t.options.Baseline.since.Add(-logMargin), func(ch objects.Change) {
		for _, key := range ch.Added {
			appID, ok := came[key.ID]
			if !ok || t.known.added[key.ID] != nil {
				continue
			}
			by := AuthorOf(&ch, &appID)
			t.known.added[key.ID] = by
			if ch.ByAppID == "" && ch.ByPrincipal != "" && !by.Itself {
				principals[ch.ByPrincipal] = append(principals[ch.ByPrincipal], unnamed{by, appID})
			}
		}
		for _, key := range ch.Removed {
			if removed, ok := parseID(key.ID); ok && gone[removed] && t.known.removed[key.ID] == nil {
				t.known.removed[key.ID] = AuthorOf(&ch, nil)
			}
		}
	})
	if err != nil {
		notes = append(notes, msg.New("who made the changes could not be read from the audit log: %s", ReasonOf(err)))
	}
	if len(principals) == 0 {
		return notes
	}
	// The application ID shows whether the application added the secret to itself. A service
	// principal that is gone cannot belong to an application that changed.
	t.lister.EachPrincipal(ctx, slices.Sorted(maps.Keys(principals)), func(id, appID string, err error) {
		for _, c := range principals[id] {
			if err == nil && appID != "" {
				c.by.ActorAppID = new(appID)
				c.by.Itself = c.by.ActorType == "application" && strings.EqualFold(appID, c.appID)
			}
		}
	})
	return notes
}

// AuthorOf returns who made a change. appID is that of the changed application, if it is
// known.
func AuthorOf(c *objects.Change, appID *string) *result.ChangedBy {
	by := &result.ChangedBy{
		DateTime: c.Time.UTC(), Actor: result.OrNil(c.Actor), ActorType: "user", ActorAppID: result.OrNil(c.ByAppID),
		IPAddress: result.OrNil(c.IPAddress), Client: result.OrNil(c.Client), Through: result.OrNil(c.Through),
	}
	switch {
	case c.Through != "": // a user, by means of an application
	case c.ByAppID != "" || c.ByPrincipal != "":
		by.ActorType = "application"
		by.Itself = c.ByAppID != "" && appID != nil && strings.EqualFold(*appID, c.ByAppID) || c.ByPrincipal != "" && c.ByPrincipal == c.ObjectID
	case c.Actor == "":
		by.ActorType = "unknown"
	}
	return by
}
