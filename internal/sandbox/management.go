package sandbox

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/spcheck/spcheck/internal/sandbox/sts"
)

// manage answers for Azure Resource Manager as far as a sign-in with Azure CLI
// needs it: whoever signs in has one tenant and no subscriptions. Source: what
// Azure CLI asks for during az login.
func (s *Server) manage(w http.ResponseWriter, r *http.Request) {
	bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		refuseManagement(w, http.StatusUnauthorized, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.")
		return
	}
	caller, err := s.service.CheckManagement(bearer)
	if err != nil {
		refuseManagement(w, http.StatusUnauthorized, "InvalidAuthenticationToken", "The access token is invalid.")
		return
	}
	switch strings.TrimSuffix(r.URL.Path, "/") {
	case "/subscriptions":
		writeManagement(w, http.StatusOK, map[string]any{"value": []any{}})
	case "/tenants":
		writeManagement(w, http.StatusOK, map[string]any{"value": []any{s.managedTenant(caller)}})
	default:
		refuseManagement(w, http.StatusNotFound, "NotFound", "the sandbox has no Azure resources")
	}
}

// managedTenant is the caller's tenant in the words of Azure Resource Manager.
func (s *Server) managedTenant(caller sts.Caller) map[string]any {
	out := map[string]any{"id": "/tenants/" + caller.TenantID, "tenantId": caller.TenantID, "tenantCategory": "Home"}
	world := s.built.World
	world.RLock()
	defer world.RUnlock()
	for _, t := range world.Tenants {
		if t.ID == caller.TenantID {
			out["displayName"] = t.DisplayName
		}
	}
	return out
}

func refuseManagement(w http.ResponseWriter, status int, code, message string) {
	writeManagement(w, status, map[string]any{"error": map[string]string{"code": code, "message": message}})
}

func writeManagement(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer authorization_uri="https://login.windows.net/", error="invalid_token"`)
	}
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the client may be gone
}
