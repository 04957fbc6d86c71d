package incident

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/scan"
)

// Bounds of what is kept, whatever a log holds.
const (
	maxChanges   = 10_000
	maxAddresses = 500 // of a credential
	maxKeys      = 2_000
	maxResources = 20
	maxText      = 200
)

// read reads the logs. They are told at the same time, since neither needs the other.
func (t *trail) read(ctx context.Context) {
	t.signIns, t.activity = map[string]*uses{}, map[string]time.Time{}
	var g errgroup.Group
	if t.key == "" {
		g.Go(func() error { t.readChanges(ctx); return nil })
	}
	for _, appID := range t.appIDs() {
		u := newUses()
		t.signIns[appID] = u
		g.Go(func() error { t.readSignIns(ctx, appID, u); return nil })
	}
	g.Go(func() error { t.readActivity(ctx); return nil })
	var unread []msg.Text
	g.Go(func() error { t.powers, unread = scan.ReadPowers(ctx, t); return nil })
	_ = g.Wait()
	t.notes = append(t.notes, unread...)
	t.nameActors(ctx)
}

// nameActors finds the application IDs of applications that the audit log names by the
// object ID of their service principal alone, as it mostly does.
func (t *trail) nameActors(ctx context.Context) {
	by := map[string][]*objects.Change{}
	for i := range t.changes {
		if c := &t.changes[i]; c.ByAppID == "" && c.ByPrincipal != "" {
			by[c.ByPrincipal] = append(by[c.ByPrincipal], c)
		}
	}
	if len(by) == 0 {
		return
	}
	t.EachPrincipal(ctx, slices.Sorted(maps.Keys(by)), func(id, appID string, err error) {
		for _, c := range by[id] {
			if err == nil { // one that is gone has none any more
				c.ByAppID = appID
			}
		}
	})
}

// readChanges reads the changes of each object. Those of what only the log remembers
// were met before.
func (t *trail) readChanges(ctx context.Context) {
	known := len(t.changes) > 0
	for _, s := range slices.Clone(t.subjects) {
		if known || s.id == "" {
			continue
		}
		t.source(auditLog).read(t.EachChangeOf(ctx, s.id, t.since, func(c objects.Change) {
			if len(t.changes) < maxChanges && !c.Time.Before(t.since) {
				t.changes = append(t.changes, c)
			}
		}))
	}
	if len(t.changes) == maxChanges {
		t.source(auditLog).cut(msg.New("it has more than %d changes to these objects", maxChanges))
	}
}

func (t *trail) readSignIns(ctx context.Context, appID string, u *uses) {
	var oldest time.Time
	whole, err := t.EachSignIn(ctx, appID, t.since, func(e objects.SignInEntry) {
		if oldest.IsZero() || e.Time.Before(oldest) {
			oldest = e.Time
		}
		key := e.KeyID
		if key == "" {
			key = e.FederatedID
		}
		if key == "" || t.wants(key) {
			u.add(key, &e)
		}
	})
	s := t.source(signInLog)
	s.read(err)
	if err == nil && !whole {
		s.cut(msg.New("it has more entries than spcheck reads for one application"))
	}
	if !whole && !oldest.IsZero() { // what was read is the newest part
		s.mu.Lock()
		s.seen, s.oldest = true, oldest
		s.mu.Unlock()
	}
}

func (t *trail) readActivity(ctx context.Context) {
	for _, appID := range t.appIDs() {
		list, err := t.Activity(ctx, appID)
		t.source(activityReport).read(err)
		for _, a := range list {
			if a.LastUsed != nil && a.LastUsed.After(t.activity[a.KeyID]) {
				t.activity[a.KeyID] = *a.LastUsed
			}
		}
	}
}

// uses are the sign-ins of one application, summed up as they are read.
type uses struct {
	byKey map[string]*keyUse // empty for those that name no key
	// left says that there were more keys than are kept.
	left bool
}

// keyUse are those of one key.
type keyUse struct {
	first, last time.Time // that worked
	groups      map[useGroup]*useCount
	left        bool // more addresses than are kept
}

type useGroup struct{ address, code string }

type useCount struct {
	first, last time.Time
	count       int
	resources   []string
	reason      string
}

func newUses() *uses { return &uses{byKey: map[string]*keyUse{}} }

// add counts an entry, in whichever order they come.
func (u *uses) add(key string, e *objects.SignInEntry) {
	k := u.byKey[key]
	if k == nil {
		if len(u.byKey) >= maxKeys {
			u.left = true
			return
		}
		k = &keyUse{groups: map[useGroup]*useCount{}}
		u.byKey[key] = k
	}
	code := cmp.Or(e.ErrorCode, "unknown") // an entry without an outcome is no success
	if code == "0" {
		code = ""
		extend(&k.first, &k.last, e.Time)
	}
	group := useGroup{neutral.Bound(e.IPAddress, maxText), code}
	g := k.groups[group]
	if g == nil {
		if len(k.groups) >= maxAddresses {
			k.left = true
			return
		}
		g = &useCount{}
		k.groups[group] = g
	}
	g.count++
	extend(&g.first, &g.last, e.Time)
	if r := neutral.Bound(strings.TrimSpace(e.Resource), maxText); r != "" && len(g.resources) < maxResources && !slices.Contains(g.resources, r) {
		g.resources = append(g.resources, r)
	}
	if code != "" && g.reason == "" {
		g.reason = neutral.Bound(e.FailureReason, maxText)
	}
}

func extend(first, last *time.Time, at time.Time) {
	if first.IsZero() || at.Before(*first) {
		*first = at
	}
	if at.After(*last) {
		*last = at
	}
}
