package result

import (
	"iter"
	"slices"
	"strings"
)

// Rows returns one row per event of all histories, in chronological order.
func (n *Incident) Rows() ([]string, iter.Seq2[[]any, error]) {
	type line struct {
		*History
		*HistoryEvent
	}
	var all []line
	for i := range n.Histories {
		for j := range n.Histories[i].Events {
			all = append(all, line{&n.Histories[i], &n.Histories[i].Events[j]})
		}
	}
	for i := range n.Unnamed {
		event := "used"
		if n.Unnamed[i].ErrorCode != nil {
			event = "refused"
		}
		all = append(all, line{&History{}, &HistoryEvent{DateTime: n.Unnamed[i].First, Event: event, SignIns: &n.Unnamed[i]}})
	}
	slices.SortStableFunc(all, func(a, b line) int { return a.DateTime.Compare(b.DateTime) })
	var rows [][]any
	for _, l := range all {
		s, by, in := l.History, l.By, l.HistoryEvent.SignIns
		if by == nil {
			by = &ChangedBy{}
		}
		row := []any{l.DateTime, l.Event, s.KeyID, s.KeyName, s.Kind, s.DisplayName, s.AppID, s.ObjectKind, s.ObjectID,
			by.Actor, by.ActorType, by.ActorAppID, by.IPAddress, by.Client, nil, nil, nil, nil}
		if in != nil {
			row = append(row[:12], in.IPAddress, by.Client, in.ErrorCode, in.Count, in.Last, strings.Join(in.Resources, "; "))
		}
		rows = append(rows, row)
	}
	return []string{"dateTime", "event", "keyId", "keyName", "kind", "displayName", "appId", "objectKind",
		"objectId", "actor", "actorType", "actorAppId", "ipAddress", "client", "errorCode", "count", "until",
		"resources"}, inMemory(rows)
}
