package graphapi

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// scene is everything a handler works with: the request, who asks, and the
// tenant that answers. Handlers of reads hold the world's read lock.
type scene struct {
	*request
	srv    *server
	caller Caller
	tenant *directory.Tenant
	now    time.Time
	keys   []segment // what stands for the route's wildcards
	// disabled are the client IDs of disabled applications; see isDisabled.
	disabled map[string]bool
}

// serve routes a request, checks what it may do, and runs its handler.
func (s *server) serve(req *request, caller Caller) (*response, error) {
	sc := &scene{request: req, srv: s, caller: caller}
	if err := sc.enter(); err != nil {
		return nil, err
	}
	if strings.EqualFold(req.path0(), "$batch") {
		return sc.batch()
	}
	r, err := sc.route()
	if err != nil {
		return nil, err
	}
	if err := r.permits(caller); err != nil {
		return nil, err
	}
	if req.method != http.MethodGet {
		return sc.change(r)
	}
	s.world.RLock()
	defer s.world.RUnlock()
	return r.handle(sc)
}

func (req *request) path0() string {
	if len(req.path) == 0 {
		return ""
	}
	return req.path[0].text
}

// enter finds the tenant, and drops the alias of the own tenant that some
// clients put before the path.
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

// change runs a handler that changes state, between the hooks that may break it.
func (s *scene) change(r route) (*response, error) {
	if hook := s.srv.opts.BeforeWrite; hook != nil {
		if f := hook(s.http); f != nil {
			return nil, f
		}
	}
	res, err := s.locked(r)
	if err != nil {
		return nil, err
	}
	if hook := s.srv.opts.AfterWrite; hook != nil {
		if f := hook(s.http); f != nil {
			return nil, f
		}
	}
	return res, nil
}

func (s *scene) locked(r route) (*response, error) {
	s.srv.world.Lock()
	defer s.srv.world.Unlock()
	return r.handle(s)
}

// base is the origin and version that links begin with.
func (s *scene) base() string { return s.origin() + "/" + s.version }

func (s *scene) origin() string {
	if s.srv.opts.BaseURL != nil {
		return s.srv.opts.BaseURL(s.http)
	}
	return "https://" + s.http.Host
}

// context is the @odata.context member, or none where the client wants none.
func (s *scene) context(of string) object {
	if s.query.metadataNone {
		return nil
	}
	return object{{"@odata.context", s.base() + "/$metadata#" + of}}
}

// ok is a 200 with a JSON body. cost is what the request counts in the service's
// resource units before the query's discounts.
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

// cost is a request's price: a $select and a small $top make it cheaper by one
// each, $expand dearer, and one is the least. Source: Microsoft's throttling
// limits of identity and access.
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

// has reports whether the caller holds one of the permissions.
func (c Caller) has(permissions []string) bool {
	return slices.ContainsFunc(permissions, func(p string) bool {
		return slices.ContainsFunc(c.Roles, func(have string) bool { return strings.EqualFold(have, p) })
	})
}
