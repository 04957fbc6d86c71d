package incident

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/scan"
)

// use adds a credential's sign-ins to its history.
func (t *trail) use(s *result.History) {
	u := t.signIns[result.OrEmpty(s.AppID)]
	if u == nil {
		return
	}
	k := u.byKey[s.KeyID]
	s.SignIns = append(s.SignIns, groupsOf(k)...)
	if k != nil && !k.first.IsZero() {
		s.FirstUse, s.LastUse = new(k.first.UTC()), new(k.last.UTC())
	}
	// The report goes further back than the log, but has only the last use.
	if last, ok := t.activity[s.KeyID]; ok && (s.LastUse == nil || last.After(*s.LastUse)) {
		s.LastUse = new(last.UTC())
	}
}

// groupsOf returns the sign-ins of a key, in the order in which they began.
func groupsOf(k *keyUse) []result.SignIns {
	list := []result.SignIns{}
	if k == nil {
		return list
	}
	for g, c := range k.groups {
		slices.Sort(c.resources)
		list = append(list, result.SignIns{IPAddress: result.OrNil(g.address), ErrorCode: result.OrNil(g.code), First: c.first.UTC(), Last: c.last.UTC(),
			Count: c.count, Resources: append([]string{}, c.resources...), FailureReason: result.OrNil(c.reason)})
	}
	slices.SortFunc(list, func(a, b result.SignIns) int {
		return cmp.Or(a.First.Compare(b.First), strings.Compare(result.OrEmpty(a.ErrorCode), result.OrEmpty(b.ErrorCode)), strings.Compare(result.OrEmpty(a.IPAddress), result.OrEmpty(b.IPAddress)))
	})
	return list
}

// order is the order of events at the same time: nothing is used before it was added.
var order = map[string]int{"added": 0, "used": 2, "refused": 3, "lastUsed": 4, "expired": 5, "removed": 6}

// events returns all events of a history in chronological order. It also sets who added the
// credential first, and who removed it last, unless it was added again afterwards.
func (t *trail) events(s *result.History) []result.HistoryEvent {
	events := append([]result.HistoryEvent{}, s.Events...)
	for i := range s.SignIns {
		event := "used"
		if s.SignIns[i].ErrorCode != nil {
			event = "refused"
		}
		events = append(events, result.HistoryEvent{DateTime: s.SignIns[i].First, Event: event, SignIns: &s.SignIns[i]})
	}
	if last := s.LastUse; last != nil && !slices.ContainsFunc(events, func(e result.HistoryEvent) bool { return e.Event == "used" && e.DateTime.Equal(*last) }) {
		events = append(events, result.HistoryEvent{DateTime: *last, Event: "lastUsed"})
	}
	if end := s.EndDateTime; end != nil && end.Before(t.Now) {
		events = append(events, result.HistoryEvent{DateTime: end.UTC(), Event: "expired"})
	}
	slices.SortStableFunc(events, func(a, b result.HistoryEvent) int {
		return cmp.Or(a.DateTime.Compare(b.DateTime), cmp.Compare(order[a.Event], order[b.Event]))
	})
	for _, e := range events {
		switch e.Event {
		case "added":
			s.Added, s.Removed = cmp.Or(s.Added, e.By), nil
		case "removed":
			s.Removed = e.By
		}
	}
	return events
}

// reasons say why the credential deserves attention. A foreign issuer comes first.
func (t *trail) reasons(s *result.History) []result.Reason {
	list := []result.Reason{}
	if s.Issuer != nil {
		if r := scan.ForeignIssuer(*s.Issuer, t.TenantID); r != nil {
			list = append(list, *r)
		}
	}
	return append(list, scan.Reasons(s.Added, t.powers.List(result.OrEmpty(s.AppID)))...)
}

// beginning returns when a history begins: with its first event, or when the credential
// became valid if that was earlier.
func beginning(s result.History) time.Time {
	var at time.Time
	if len(s.Events) > 0 {
		at = s.Events[0].DateTime
	}
	if s.StartDate != nil && (at.IsZero() || s.StartDate.Before(at)) {
		at = *s.StartDate
	}
	return at
}

// bounds say what was omitted because there was too much.
func (t *trail) bounds() []msg.Text {
	var notes []msg.Text
	keys, addresses := false, false
	for _, u := range t.signIns {
		keys = keys || u.left
		for _, k := range u.byKey {
			addresses = addresses || k.left
		}
	}
	if keys {
		notes = append(notes, msg.New("the log has sign-ins with more than %d credentials; those with the others are left out", maxKeys))
	}
	if addresses {
		notes = append(notes, msg.New("a credential was used from more than %d addresses; the others are not listed, and count only towards its first and last use", maxAddresses))
	}
	return notes
}
