package incident

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/scan"
)

// Limits of what is kept of a log.
const (
	maxChanges   = 10_000
	maxAddresses = 500 // of a credential
	maxKeys      = 2_000
	maxResources = 20
	maxText      = 200
)

// read reads the logs in parallel.
func (t *trail) read(ctx context.Context) {
	t.signIns, t.activity = map[string]*uses{}, map[string]time.Time{}
	var wg sync.WaitGroup
	if t.key == "" {
		wg.Go(func() { t.readChanges(ctx) })
	}
	for _, appID := range t.appIDs() {
		u := &uses{byKey: map[string]*keyUse{}}
		t.signIns[appID] = u
		wg.Go(func() { t.readSignIns(ctx, appID, u) })
	}
	wg.Go(func() { t.readActivity(ctx) })
	var unread []msg.Text
	wg.Go(func() { t.powers, unread = scan.ReadPowers(ctx, t) })
	wg.Wait()
	t.notes = append(t.notes, unread...)
	t.nameActors(ctx)
}

// nameActors finds the application IDs of applications that the audit log names only by the
// object ID of their service principal, which is usual.
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
			if err == nil { // else it is gone
				c.ByAppID = appID
			}
		}
	})
}

// readChanges reads the changes of each object, unless the search found them before.
func (t *trail) readChanges(ctx context.Context) {
	known := len(t.changes) > 0
	for _, s := range t.subjects {
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
		key := cmp.Or(e.KeyID, e.FederatedID)
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

// uses are the sign-ins of one application, counted while they are read.
type uses struct {
	byKey map[string]*keyUse // "" for sign-ins without a key
	left  bool               // there were more keys than are kept
}

// keyUse are the sign-ins with one key.
type keyUse struct {
	first, last time.Time // successful sign-ins
	groups      map[useGroup]*useCount
	left        bool // there were more addresses than are kept
}

type useGroup struct{ address, code string }

type useCount struct {
	first, last time.Time
	count       int
	resources   []string
	reason      string
}

// add counts an entry. Entries may come in any order.
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
	code := cmp.Or(e.ErrorCode, "unknown") // an entry without an outcome does not count as a success
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
