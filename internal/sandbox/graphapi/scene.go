package graphapi

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// scene is what a handler works with: an HTTP request or a part of a batch, the caller,
// and the tenant. Handlers of reads hold the world's read lock, others its write lock.
type scene struct {
	srv             *server
	method, version string
	path            []segment
	rawPath         string // escaped, with the version, for links
	query           query
	header          http.Header
	body            []byte
	ids             requestIDs
	http            *http.Request // of the batch for a part
	inBatch         bool

	caller Caller
	tenant *directory.Tenant
	now    time.Time
	keys   []segment // the values of the route's wildcards
	// disabled are the client IDs of disabled applications; see isDisabled.
	disabled map[string]bool
}

// serve finds the operation, checks the permissions and runs the handler.
func (s *scene) serve(path, rawQuery string) (*response, error) {
	if err := s.locate(path, rawQuery); err != nil {
		return nil, err
	}
	if err := s.enter(); err != nil {
		return nil, err
	}
	if len(s.path) > 0 && strings.EqualFold(s.path[0].text, "$batch") {
		return s.batch()
	}
	r, err := s.route()
	if err != nil {
		return nil, err
	}
	if err := r.grant.permits(s.caller); err != nil {
		return nil, err
	}
	if s.method == http.MethodGet {
		s.srv.world.RLock()
		defer s.srv.world.RUnlock()
	} else {
		s.srv.world.Lock()
		defer s.srv.world.Unlock()
	}
	return r.handle(s)
}

// locate splits the URL into version, path and query.
func (s *scene) locate(path, rawQuery string) error {
	segments, err := splitPath(path)
	if err != nil {
		return err
	}
	if len(segments) == 0 || (segments[0].text != "v1.0" && segments[0].text != beta) {
		return parsing("Invalid version.")
	}
	s.rawPath, s.version, s.path = path, segments[0].text, segments[1:]
	s.query, err = parseQuery(rawQuery, s.header)
	return err
}

// enter finds the tenant and removes its alias, with which some clients begin the path.
func (s *scene) enter() error {
	s.now = s.srv.now()
	s.srv.world.RLock()
	defer s.srv.world.RUnlock()
	s.tenant = s.srv.world.Tenant(s.caller.TenantID)
	if s.tenant == nil {
		return unauthorized("Access token validation failure. Invalid tenant.")
	}
	if len(s.path) > 0 && !s.path[0].isKey {
		alias := s.path[0].text
		if strings.EqualFold(alias, "myorganization") || s.srv.world.Tenant(alias) == s.tenant {
			s.path = s.path[1:]
		}
	}
	return nil
}

func (s *scene) origin() string { return "https://" + s.http.Host }

// context returns the @odata.context member, none if the client does not want metadata.
func (s *scene) context(of string) object {
	if s.query.metadataNone {
		return nil
	}
	return object{{"@odata.context", s.origin() + "/" + s.version + "/$metadata#" + of}}
}

// ok returns a 200 with a JSON body. cost is the request's price in resource units before
// discounts.
func (s *scene) ok(body object, cost int) *response {
	res := &response{status: http.StatusOK, header: http.Header{}, body: appendJSON(nil, body)}
	res.header.Set("Content-Type", jsonContentType)
	if s.query.metadataNone {
		res.header.Set("Content-Type", bareContentType)
	}
	res.header.Set("odata-version", "4.0")
	res.header["x-ms-resource-unit"] = []string{strconv.Itoa(s.query.cost(cost))}
	return res
}

// cost returns a request's price. $select and a small $top each reduce it by one, $expand
// increases it, and the minimum is one. Source: Microsoft's throttling limits of identity
// and access.
func (q query) cost(units int) int {
	if len(q.selected) > 0 {
		units--
	}
	if q.hasTop && q.top < 20 {
		units--
	}
	if q.expand != "" {
		units++
	}
	return max(units, 1)
}
