package incident

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/scan"
)

// place is a key on an object. Two objects may have the same key ID.
type place struct{ key, object string }

// report creates the report from the facts.
func (t *trail) report() *result.Incident {
	out := &result.Incident{Asked: t.Asked, Objects: []result.IncidentObject{}, Histories: []result.History{}, Unnamed: []result.SignIns{}, Notes: []msg.Text{}}
	out.SchemaVersion, out.GeneratedAt = result.SchemaVersion, t.Now.UTC()
	for _, s := range t.subjects {
		out.Objects = append(out.Objects, result.IncidentObject{ObjectID: s.id, ObjectKind: result.OrNil(s.kind), AppID: result.OrNil(s.appID), DisplayName: result.OrNil(s.name), State: s.state,
			Privileges: t.powers.List(s.appID)})
	}
	for _, s := range t.histories() {
		t.use(s)
		s.Events = t.events(s)
		s.Reasons = t.reasons(s)
		out.Histories = append(out.Histories, *s)
	}
	for _, id := range t.appIDs() {
		out.Unnamed = append(out.Unnamed, groupsOf(t.signIns[id].byKey[""])...)
	}
	slices.SortStableFunc(out.Histories, func(a, b result.History) int {
		return cmp.Or(beginning(a).Compare(beginning(b)), strings.Compare(a.KeyID, b.KeyID), strings.Compare(result.OrEmpty(a.ObjectID), result.OrEmpty(b.ObjectID)))
	})
	out.Notes = append(out.Notes, t.notes...)
	out.Notes = append(out.Notes, t.bounds()...)
	out.Sources = t.sourceList()
	out.Status, out.ExitCode = result.OK, fail.CodeOK
	if !t.unread().IsZero() {
		out.Status, out.ExitCode = result.Unknown, fail.CodeUnknown
	}
	return out
}

// histories are those of the keys that the objects have, that the audit log names, and that
// only the sign-in log contains.
func (t *trail) histories() []*result.History {
	at := map[place]*result.History{}
	var list []*result.History
	history := func(s *subject, key string) *result.History {
		p := place{key, s.id}
		if at[p] == nil {
			at[p] = &result.History{KeyID: key, ObjectID: result.OrNil(s.id), ObjectKind: result.OrNil(s.kind), AppID: result.OrNil(s.appID), DisplayName: result.OrNil(s.name),
				State: stateOf(s), SignIns: []result.SignIns{}}
			list = append(list, at[p])
		}
		return at[p]
	}
	for _, s := range t.subjects {
		for i := range s.credentials {
			if c := &s.credentials[i]; c.KeyID != "" && t.wants(c.KeyID) {
				describe(history(s, c.KeyID), c)
			}
		}
	}
	for i := range t.changes {
		if s := t.subject(t.changes[i].ObjectID); s != nil {
			t.change(&t.changes[i], s, history)
		}
	}
	t.orphans(&list)
	return list
}

// stateOf returns the state of a credential that an object does not have.
func stateOf(s *subject) string {
	if s.state == listed && !s.unread || s.state == gone {
		return gone
	}
	return unknown
}

func describe(s *result.History, c *objects.Credential) {
	s.State, s.Kind, s.KeyName = listed, new(c.Kind), result.OrNil(c.Name)
	s.StartDate, s.EndDateTime = c.Start, c.End
	s.Issuer, s.Subject = result.OrNil(c.Issuer), result.OrNil(c.Subject)
}

// change adds an entry of the audit log to the histories of its keys. If a renewal was one
// request, the entry names both keys.
func (t *trail) change(c *objects.Change, s *subject, history func(*subject, string) *result.History) {
	by := scan.AuthorOf(c, result.OrNil(s.appID))
	tell := func(k objects.ChangedKey, event string) {
		if !t.wants(k.ID) {
			return
		}
		of := history(s, k.ID)
		if of.Kind == nil {
			of.Kind = result.OrNil(k.Kind)
		}
		if of.KeyName == nil {
			of.KeyName = result.OrNil(k.Name)
		}
		e := result.HistoryEvent{DateTime: c.Time.UTC(), Event: event, By: by}
		if slices.ContainsFunc(of.Events, func(o result.HistoryEvent) bool { return same(o, e) }) {
			return // the log sometimes repeats an entry
		}
		of.Events = append(of.Events, e)
	}
	for _, k := range c.Added {
		tell(k, "added")
	}
	for _, k := range c.Removed {
		tell(k, "removed")
	}
}

func same(a, b result.HistoryEvent) bool {
	return a.DateTime.Equal(b.DateTime) && a.Event == b.Event && a.By != nil && b.By != nil && result.OrEmpty(a.By.Actor) == result.OrEmpty(b.By.Actor)
}

// orphans adds the keys that only the sign-in log contains.
func (t *trail) orphans(list *[]*result.History) {
	for _, appID := range t.appIDs() {
		for _, key := range slices.Sorted(maps.Keys(t.signIns[appID].byKey)) {
			known := slices.ContainsFunc(*list, func(s *result.History) bool { return s.KeyID == key && result.OrEmpty(s.AppID) == appID })
			if key == "" || known {
				continue
			}
			s := &result.History{KeyID: key, AppID: new(appID), State: gone, SignIns: []result.SignIns{}}
			if !t.source(credentialListing).whole() || t.deleted(appID) {
				s.State = unknown
			}
			if i := slices.IndexFunc(t.subjects, func(s *subject) bool { return s.appID == appID }); i >= 0 {
				s.DisplayName = result.OrNil(t.subjects[i].name)
			}
			*list = append(*list, s)
		}
	}
}

func (t *trail) deleted(appID string) bool {
	return slices.ContainsFunc(t.subjects, func(s *subject) bool { return s.appID == appID && s.state != listed })
}
