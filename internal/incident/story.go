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

// place is a key on an object: the same key ID may be on two.
type place struct{ key, object string }

// report makes the stories of what was gathered.
func (t *teller) report() *result.Incident {
	out := &result.Incident{Asked: t.Asked, Objects: []result.IncidentObject{}, Stories: []result.Story{}, Unnamed: []result.SignIns{}, Notes: []msg.Text{}}
	out.SchemaVersion, out.GeneratedAt = result.SchemaVersion, t.Now.UTC()
	for _, s := range t.subjects {
		out.Objects = append(out.Objects, result.IncidentObject{ObjectID: s.id, ObjectKind: result.OrNil(s.kind), AppID: result.OrNil(s.appID), DisplayName: result.OrNil(s.name), State: s.state,
			Privileges: t.powers.List(s.appID)})
	}
	stories := t.stories()
	for _, s := range stories {
		t.use(s)
		s.Events = t.events(s)
		s.Reasons = t.reasons(s)
		out.Stories = append(out.Stories, *s)
	}
	for _, id := range t.appIDs() {
		out.Unnamed = append(out.Unnamed, groupsOf(t.signIns[id].byKey[""])...)
	}
	slices.SortStableFunc(out.Stories, func(a, b result.Story) int {
		return cmp.Or(beginning(a).Compare(beginning(b)), strings.Compare(a.KeyID, b.KeyID), strings.Compare(result.OrEmpty(a.ObjectID), result.OrEmpty(b.ObjectID)))
	})
	out.Notes = append(out.Notes, t.notes...)
	out.Notes = append(out.Notes, t.bounds()...)
	out.Sources = t.told()
	out.Status, out.ExitCode = result.OK, fail.CodeOK
	if !t.unread().IsZero() {
		out.Status, out.ExitCode = result.Unknown, fail.CodeUnknown
	}
	return out
}

// stories are those of what the objects hold, of what the audit log names, and of keys
// that nothing but the sign-in log knows.
func (t *teller) stories() []*result.Story {
	at := map[place]*result.Story{}
	var list []*result.Story
	story := func(s *subject, key string) *result.Story {
		p := place{key, s.id}
		if at[p] == nil {
			at[p] = &result.Story{KeyID: key, ObjectID: result.OrNil(s.id), ObjectKind: result.OrNil(s.kind), AppID: result.OrNil(s.appID), DisplayName: result.OrNil(s.name),
				State: stateOf(s), SignIns: []result.SignIns{}}
			list = append(list, at[p])
		}
		return at[p]
	}
	for _, s := range t.subjects {
		for i := range s.credentials {
			if c := &s.credentials[i]; c.KeyID != "" && t.wants(c.KeyID) {
				describe(story(s, c.KeyID), c)
			}
		}
	}
	for i := range t.changes {
		s := t.subject(t.changes[i].ObjectID)
		if s == nil {
			continue
		}
		t.change(&t.changes[i], s, story)
	}
	t.orphans(&list)
	return list
}

func (t *teller) subject(id string) *subject {
	if i := slices.IndexFunc(t.subjects, func(s *subject) bool { return s.id == id }); i >= 0 {
		return t.subjects[i]
	}
	return nil
}

// stateOf is the state of a credential that an object does not list.
func stateOf(s *subject) string {
	switch s.state {
	case listed, gone:
		return gone
	}
	return unknown
}

func describe(s *result.Story, c *objects.Credential) {
	s.State, s.Kind, s.KeyName = listed, new(c.Kind), result.OrNil(c.Name)
	s.StartDate, s.EndDateTime = c.Start, c.End
	s.Issuer, s.Subject = result.OrNil(c.Issuer), result.OrNil(c.Subject)
}

// change writes an entry of the audit log into the stories of its keys. A renewal by
// one request names both keys.
func (t *teller) change(c *objects.Change, s *subject, story func(*subject, string) *result.Story) {
	by := scan.AuthorOf(c, result.OrNil(s.appID))
	tell := func(k objects.ChangedKey, event string) {
		if !t.wants(k.ID) {
			return
		}
		of := story(s, k.ID)
		if of.Kind == nil {
			of.Kind = result.OrNil(k.Kind)
		}
		if of.KeyName == nil {
			of.KeyName = result.OrNil(k.Name)
		}
		e := result.StoryEvent{DateTime: c.Time.UTC(), Event: event, By: by}
		if slices.ContainsFunc(of.Events, func(o result.StoryEvent) bool { return same(o, e) }) {
			return // the log repeats an entry at times
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

func same(a, b result.StoryEvent) bool {
	return a.DateTime.Equal(b.DateTime) && a.Event == b.Event && a.By != nil && b.By != nil && result.OrEmpty(a.By.Actor) == result.OrEmpty(b.By.Actor)
}

// orphans are keys of which only the sign-in log knows: they are listed nowhere, and
// the audit log has no entry of them.
func (t *teller) orphans(list *[]*result.Story) {
	for _, appID := range t.appIDs() {
		for _, key := range slices.Sorted(maps.Keys(t.signIns[appID].byKey)) {
			known := slices.ContainsFunc(*list, func(s *result.Story) bool { return s.KeyID == key && result.OrEmpty(s.AppID) == appID })
			if key == "" || known {
				continue
			}
			s := &result.Story{KeyID: key, AppID: new(appID), State: gone, SignIns: []result.SignIns{}}
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

func (t *teller) deleted(appID string) bool {
	return slices.ContainsFunc(t.subjects, func(s *subject) bool { return s.appID == appID && s.state != listed })
}
