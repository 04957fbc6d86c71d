package graphapi

import (
	"net/http"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// Delta queries follow Microsoft's overview of delta queries and its pages of
// application: delta, servicePrincipal: delta and user: delta. Navigation properties,
// such as owners, are not tracked, as the overview says. It is not verified that the
// service reports every password change.

// round is a sequence of pages up to the delta link.
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
		// The refusal is documented; its code is not verified.
		return nil, unsupported("Change tracking is not supported in this tenant.")
	}
	token, err := deltaTokenOf(s)
	if err != nil {
		return nil, err
	}
	// From here on, the options of the round's first request apply.
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

// answer returns a page with the link to the next page or, after the last, to the next
// round.
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

// size returns the page size, which clients cannot choose.
func (r round[T]) size() int {
	if r.rules.Page > 0 {
		return r.rules.Page
	}
	return defaultPage
}

// firstPage returns a page of a first round, which lists what exists. Objects removed
// since the last page shift the following ones.
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

// deletedIDs returns the IDs of objects that can be restored.
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

// present removes properties that were never set. Deltas show null only for a property
// that was cleared. Source: Microsoft's page of user: delta.
func present(o object, changed []string) object {
	return slices.DeleteFunc(o, func(f field) bool { return f.value == nil && !slices.Contains(changed, f.name) })
}

// byID matches the only filter that delta queries support. Source: Microsoft's page of
// application: delta.
var byID = lazyregexp.New(`(?i)^\s*id\s+eq\s+'[^']+'(?:\s+or\s+id\s+eq\s+'[^']+')*\s*$`)

// deltaOptions refuses unsupported query options. The texts are not verified.
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

// resync returns the refusal that makes the client start over. Several forms of it were
// seen.
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
