package graphapi

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// query holds the system query options of a request.
type query struct {
	raw                             string
	filter, search, orderBy, expand string
	hasFilter, count, hasTop        bool
	selected                        []string
	top                             int
	skipToken, deltaToken           string
	eventual                        bool // header ConsistencyLevel: eventual
	metadataNone                    bool // Accept asks for no metadata
}

// advanced reports whether advanced query features are allowed. Source: Microsoft's
// documentation of advanced queries on directory objects.
func (q query) advanced() bool { return q.eventual && q.count }

// parseQuery reads the options strictly: each at most once, and only known ones. Like the
// service, it ignores other parameters.
func parseQuery(rawQuery string, h http.Header) (query, error) {
	q := query{
		raw: rawQuery, eventual: strings.EqualFold(h.Get("ConsistencyLevel"), "eventual"),
		metadataNone: strings.Contains(strings.ToLower(h.Get("Accept")), "odata.metadata=none"),
	}
	seen := map[string]bool{}
	for pair := range strings.SplitSeq(rawQuery, "&") {
		name, value, err := unescapePair(pair)
		if err != nil {
			return q, err
		}
		if !strings.HasPrefix(name, "$") {
			continue
		}
		if seen[name] {
			return q, parsing("Query option '%s' was specified more than once, but it must be specified at most once.", name)
		}
		seen[name] = true
		if err := q.set(name, value); err != nil {
			return q, err
		}
	}
	return q, nil
}

func unescapePair(pair string) (name, value string, err error) {
	name, value, _ = strings.Cut(pair, "=")
	name, err1 := url.QueryUnescape(name)
	value, err2 := url.QueryUnescape(value)
	if err1 != nil || err2 != nil {
		return "", "", parsing("The request URI is not valid.")
	}
	return strings.ToLower(strings.TrimSpace(name)), value, nil
}

func (q *query) set(name, value string) error {
	switch name {
	case "$filter":
		q.filter, q.hasFilter = value, true
	case "$search":
		q.search = value
	case "$orderby":
		q.orderBy = value
	case "$expand":
		q.expand = value
	case "$skiptoken":
		q.skipToken = value
	case "$deltatoken":
		q.deltaToken = value
	case "$format":
		return nil
	case "$select":
		return q.setSelect(value)
	case "$top":
		return q.setTop(value)
	case "$count":
		return q.setCount(value)
	case "$skip":
		// Not verified; the text is that of the older directory service.
		return badRequest("'$skip' is not supported by the service.")
	default:
		return parsing("The query parameter '%s' is not supported.", name)
	}
	return nil
}

func (q *query) setSelect(value string) error {
	for name := range strings.SplitSeq(value, ",") {
		if name = strings.TrimSpace(name); name == "" {
			return parsing("Parsing OData Select and Expand failed: Term '%s' is not valid in a $select or $expand expression.", value)
		}
		if !slices.ContainsFunc(q.selected, func(s string) bool { return strings.EqualFold(s, name) }) {
			q.selected = append(q.selected, name)
		}
	}
	return nil
}

func (q *query) setTop(value string) error {
	n, err := strconv.Atoi(value)
	if err != nil {
		return parsing("Invalid value '%s' for $top query option found. The $top query option requires a non-negative integer value.", value)
	}
	q.top, q.hasTop = n, true
	return nil
}

func (q *query) setCount(value string) error {
	on, err := strconv.ParseBool(strings.ToLower(value))
	if err != nil || (!strings.EqualFold(value, "true") && !strings.EqualFold(value, "false")) {
		return parsing("Invalid value '%s' for $count query option found. Valid values are 'true' and 'false'.", value)
	}
	q.count = on
	return nil
}

// without returns the raw query without some options, for links to further pages.
func (q query) without(names ...string) string {
	var kept []string
	for pair := range strings.SplitSeq(q.raw, "&") {
		name, _, err := unescapePair(pair)
		if pair != "" && err == nil && !slices.Contains(names, name) {
			kept = append(kept, pair)
		}
	}
	return strings.Join(kept, "&")
}
