package graphapi

import (
	"net/http"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// Delta queries, from Microsoft's overview of delta queries, its pages of
// application: delta and servicePrincipal: delta, and those of users, which tell
// most of what an answer holds. Navigation properties (owners, federated
// credentials) are not tracked, as the overview says. Whether the real service
// shows every change of a password is not verified.

// round is one run through changes, from the first page to the delta link.
type round[T any] struct {
	*entity[T]
	token deltaToken
	shape shape[T]
	match predicate[T]
	rules directory.DeltaRules
}

// delta answers with a page of a round.
func (e *entity[T]) delta(s *scene) (*response, error) {
	rules := s.tenant.Delta
	if rules.Unsupported {
		// The code is not verified; that it is refused is documented.
		return nil, unsupported("Change tracking is not supported in this tenant.")
	}
	token, err := deltaTokenOf(s)
	if err != nil {
		return nil, err
	}
	// Further down, the round's options count as if the request had them.
	s.query.selected, s.query.filter, s.query.hasFilter = token.Select, token.Filter, token.Filter != ""
	r := round[T]{entity: e, token: token, rules: rules}
	if r.shape, err = e.shape(s.query); err != nil {
		return nil, err
	}
	if r.match, err = e.matcher(s.query); err != nil {
		return nil, err
	}
	switch {
	case strings.EqualFold(s.query.deltaToken, "latest"):
		return r.answer(s, nil, true), nil
	case token.Empty < rules.EmptyPages:
		r.token.Empty++
		return r.answer(s, nil, false), nil
	case token.First:
		page, done := r.firstPage(s)
		return r.answer(s, page, done), nil
	}
	page, done, err := r.changesPage(s)
	if err != nil {
		return nil, err
	}
	return r.answer(s, page, done), nil
}

// answer puts a page together, with the link to the next one or to the round after
// this.
func (r round[T]) answer(s *scene, page []object, done bool) *response {
	if done && r.rules.EmptyPages > 0 && len(page) > 0 {
		done = false // the delta link comes on an empty page
	}
	body := s.context(r.set + r.shape.suffix)
	if done {
		body = append(body, field{"@odata.deltaLink", s.deltaLink("$deltatoken", r.token.next(s))})
	} else {
		r.token.Seen = s.tenant.Journal.End()
		body = append(body, field{"@odata.nextLink", s.deltaLink("$skiptoken", r.token.page(s))})
	}
	if page == nil {
		page = []object{}
	}
	res := s.ok(append(body, field{"value", page}), max(r.cost, 1))
	if s.minimal() {
		res.header.Set("Preference-Applied", "return=minimal")
	}
	return res
}

func (s *scene) minimal() bool {
	return strings.Contains(strings.ToLower(strings.ReplaceAll(s.header.Get("Prefer"), " ", "")), "return=minimal")
}

// size is the number of objects of a page, which clients cannot choose.
func (r round[T]) size() int {
	if r.rules.Page > 0 {
		return r.rules.Page
	}
	return defaultPage
}

// firstPage is one of a round that lists what exists. Objects that were removed
// since the last page moved the others up.
func (r *round[T]) firstPage(s *scene) ([]object, bool) {
	items, start := r.items(s), r.token.Position
	moved, _ := s.tenant.Journal.Between(r.token.Seen, s.tenant.Journal.End())
	for _, c := range moved {
		if c.Kind == r.kind && c.Removed == directory.Restorable && c.Index < start {
			start--
		}
	}
	var out []object
	if r.token.Position == 0 && r.rules.Tombstones {
		out = r.tombstones(s)
	}
	page, next := cut(s, items, r.match, start, r.size())
	for _, item := range page {
		out = append(out, present(r.shape.render(s, item), nil))
	}
	r.token.Position = next
	return out, next >= len(items)
}

func (r *round[T]) tombstones(s *scene) []object {
	var out []object
	for _, id := range s.deletedIDs(r.kind) {
		out = append(out, tombstone(id, directory.Restorable))
	}
	return out
}

// deletedIDs are the IDs of the objects that can be restored.
func (s *scene) deletedIDs(kind directory.Kind) (ids []string) {
	if kind == directory.Applications {
		for _, a := range s.tenant.Deleted {
			ids = append(ids, a.ID)
		}
		return ids
	}
	for _, p := range s.tenant.DeletedPrincipals {
		ids = append(ids, p.ID)
	}
	return ids
}

func tombstone(id, reason string) object {
	return object{{"id", id}, {"@removed", object{{"reason", reason}}}}
}

// present leaves out what was never set: an object of a delta has no null but for
// a property that was cleared. Source: Microsoft's page of delta queries of users.
func present(o object, changed []string) object {
	return slices.DeleteFunc(o, func(f field) bool { return f.value == nil && !slices.Contains(changed, f.name) })
}

// byID is the only filter that a delta query takes. Source: Microsoft's page of
// application: delta.
var byID = lazyregexp.New(`(?i)^\s*id\s+eq\s+'[^']+'(?:\s+or\s+id\s+eq\s+'[^']+')*\s*$`)

// deltaOptions refuses the query options that a delta query does not take. The
// service's words are not verified.
func (s *scene) deltaOptions() error {
	q := s.query
	switch {
	case q.hasTop, q.expand != "", q.orderBy != "", q.search != "", q.count:
		return unsupported("Unsupported Query.")
	case q.hasFilter && !byID().MatchString(q.filter):
		return unsupported("Unsupported Query.")
	case q.skipToken != "" && q.deltaToken != "":
		return badRequest("The query parameters '$skiptoken' and '$deltatoken' cannot be used together.")
	case q.skipToken != "" && (len(q.selected) > 0 || q.hasFilter):
		return unsupported("Unsupported Query.")
	}
	return nil
}

// resync tells the client to start over, in one of the ways that were seen.
func (s *scene) resync() error {
	status := http.StatusGone
	switch s.tenant.Delta.Expired {
	case directory.ResyncNoState:
		return refuse(http.StatusBadRequest, "syncStateNotFound", "The sync state generation is not found. The delta token is expired and data must be synchronized again.")
	case directory.ResyncTooOld:
		return unsupported("DeltaLink older than 30 days is not supported.")
	case directory.ResyncRequired:
		status = http.StatusBadRequest
	}
	e := startOver(status)
	e.header = http.Header{"Location": {s.origin() + s.rawPath + "?$deltatoken="}}
	return e
}
