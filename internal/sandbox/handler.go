package sandbox

import (
	"net/http"
	"strings"

	"github.com/spcheck/spcheck/internal/sandbox/fault"
	"github.com/spcheck/spcheck/internal/sandbox/graphapi"
)

// maxBody bounds request bodies, in bytes.
const maxBody = 1 << 20

// handler sends requests through the faults to the service of their host and path.
func (s *Server) handler(h *hosts) http.Handler {
	token := s.injector.Handler(fault.AtToken, s.service, s.service.Busy)
	discovery := s.injector.Handler(fault.AtDiscovery, s.service, s.service.Busy)
	graphHandler := s.injector.Handler(fault.AtGraph, graphapi.New(s.built.World, s.service), graphapi.Refuse)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// Clients read the service's clock from the Date header.
		w.Header().Set("Date", s.clock().UTC().Format(http.TimeFormat))
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		role := h.role(r.Host)
		switch {
		case role == foreign:
			http.Error(w, "the sandbox does not answer for this host", http.StatusMisdirectedRequest)
		case role == management, role == both && isManagementPath(r.URL.Path):
			s.manage(w, r)
		case role == graph, role == both && isGraphPath(r.URL.Path):
			graphHandler.ServeHTTP(w, r)
		case isTokenPath(r.URL.Path):
			token.ServeHTTP(w, r)
		default:
			discovery.ServeHTTP(w, r)
		}
	})
}

func isGraphPath(path string) bool {
	return path == "/v1.0" || path == "/beta" || strings.HasPrefix(path, "/v1.0/") || strings.HasPrefix(path, "/beta/")
}

// isManagementPath reports whether a path belongs to Azure Resource Manager.
func isManagementPath(path string) bool { return strings.HasPrefix(path, "/subscriptions/") }

func isTokenPath(path string) bool {
	return strings.HasSuffix(path, "/oauth2/v2.0/token") || strings.HasSuffix(path, "/oauth2/token")
}
