package graphapi

import (
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// maxBody is the largest body in bytes, before and after decompression.
const maxBody = 4 << 20

type server struct {
	*schema
	world   *directory.World
	auth    authenticator
	pageKey []byte
}

// schema is what all servers of a process share: the entity sets and the operations.
type schema struct {
	applications, deleted *entity[app]
	servicePrincipals     *entity[principal]
	deletedPrincipals     *entity[principal]
	users                 *entity[user]
	groups                *entity[group]
	organizations         *entity[tenant]
	objects               *entity[directoryObject]
	policies              *entity[policy]
	federated             *entity[federated]
	assignments           *entity[roleAssignment]
	directoryRoles        *entity[directoryRole]
	audits                *entity[auditEntry]
	signIns, betaSignIns  *entity[signInEntry]
	credentialUses        *entity[credentialUse]
	appUses               *entity[appUse]
	routes                []route
}

var theSchema = sync.OnceValue(func() *schema {
	s := &schema{
		applications: newApplications(), servicePrincipals: newServicePrincipals(),
		deleted:           newDeleted("application", func(s *scene) []app { return s.tenant.Deleted }),
		deletedPrincipals: newDeleted("servicePrincipal", func(s *scene) []principal { return s.tenant.DeletedPrincipals }),
		users:             newUsers(), groups: newGroups(), organizations: newOrganizations(), objects: newObjects(),
		policies: newPolicies(), federated: newFederated(), assignments: newAssignments(), directoryRoles: newDirectoryRoles(),
		audits: newAudits(), signIns: newSignIns(false), betaSignIns: newSignIns(true),
		credentialUses: newCredentialUses(), appUses: newAppUses(),
	}
	s.routes = s.routeTable()
	return s
})

// New returns a handler that serves Graph v1.0 and beta for all tenants of a world. The
// token selects the tenant. It adds the service principal of Microsoft Graph to tenants
// without one.
func New(world *directory.World, auth authenticator) http.Handler {
	world.Lock()
	defer world.Unlock()
	for _, t := range world.Tenants {
		directory.AddMicrosoftGraph(t)
	}
	return &server{schema: theSchema(), world: world, auth: auth, pageKey: newPageKey()}
}

// response is an answer before it is sent.
type response struct {
	status int
	header http.Header
	body   []byte
}

// ServeHTTP answers one request.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	ids := newIDs(r.Header, s.now())
	res, err := s.answer(r, ids)
	if err != nil {
		res = failure(err, ids)
	}
	write(w, r, res, ids)
}

// now returns the world's time, which dates answers: clients compare their clock with it.
func (s *server) now() time.Time {
	s.world.RLock()
	defer s.world.RUnlock()
	if s.world.Clock == nil {
		return time.Now()
	}
	return s.world.Clock()
}

// failure returns the answer for a handler's error.
func failure(err error, ids requestIDs) *response {
	var refusal *apiError
	if !errors.As(err, &refusal) {
		refusal = refuse(http.StatusInternalServerError, "InternalServerError", "The sandbox failed.")
	}
	return refusal.response(ids)
}

func (s *server) answer(r *http.Request, ids requestIDs) (*response, error) {
	caller, err := s.caller(r.Header.Get("Authorization"))
	if err != nil {
		return nil, err
	}
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	sc := &scene{srv: s, caller: caller, method: r.Method, header: r.Header, body: body, ids: ids, http: r}
	return sc.serve(r.URL.EscapedPath(), r.URL.RawQuery)
}

// caller checks the Authorization header. The texts are from reports; which text applies
// when is not verified.
func (s *server) caller(header string) (Caller, error) {
	scheme, token, _ := strings.Cut(header, " ")
	token = strings.TrimSpace(token)
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return Caller{}, unauthorized("Access token is empty.")
	}
	caller, err := s.auth.Check(token)
	switch {
	case err == nil:
		return caller, nil
	case errors.Is(err, ErrExpired):
		return Caller{}, unauthorized("Access token has expired or is not yet valid.")
	case errors.Is(err, ErrAudience):
		return Caller{}, unauthorized("Access token validation failure. Invalid audience.")
	case errors.Is(err, ErrSignature):
		return Caller{}, unauthorized("Access token validation failure. Invalid signature.")
	}
	return Caller{}, unauthorized("CompactToken parsing failed with error code: 80049217")
}

// readBody returns the body, decompressed if necessary.
func readBody(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	var in io.Reader = io.LimitReader(r.Body, maxBody+1)
	if strings.EqualFold(r.Header.Get("Content-Encoding"), "gzip") {
		unpacked, err := gzip.NewReader(in)
		if err != nil {
			return nil, unreadable()
		}
		in = io.LimitReader(unpacked, maxBody+1)
	}
	body, err := io.ReadAll(in)
	if err != nil {
		return nil, unreadable()
	}
	if len(body) > maxBody {
		return nil, refuse(http.StatusRequestEntityTooLarge, "RequestEntityTooLarge", "The request is too large.")
	}
	return body, nil
}

func unreadable() *apiError {
	return parsing("Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.")
}

// newIDs returns new IDs for a request. The client's ID is used if it is a GUID in this
// one header. Source: a recording of Azure CLI, which sends x-ms-client-request-id in
// vain.
func newIDs(h http.Header, now time.Time) requestIDs {
	ids := requestIDs{request: uuid.NewString(), at: now.UTC()}
	ids.client = ids.request
	if own := h.Get("client-request-id"); guidPattern().MatchString(own) {
		ids.client = own
	}
	return ids
}
