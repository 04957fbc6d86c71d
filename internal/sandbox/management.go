package sandbox

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/sandbox/graphapi"
)

// manage is the part of Azure Resource Manager that signing in with Azure CLI needs: the
// caller has one tenant and no subscriptions. Source: the requests of az login.
func (s *Server) manage(w http.ResponseWriter, r *http.Request) {
	bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		s.challenge(w, r)
		return
	}
	caller, err := s.service.CheckManagement(bearer)
	if err != nil {
		unauthorized(w, "", "InvalidAuthenticationToken", "The access token is invalid.")
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

// managedTenant returns the caller's tenant as Azure Resource Manager describes it.
func (s *Server) managedTenant(caller graphapi.Caller) map[string]any {
	out := map[string]any{"id": "/tenants/" + caller.TenantID, "tenantId": caller.TenantID, "tenantCategory": "Home"}
	world := s.built.World
	world.RLock()
	defer world.RUnlock()
	if t := world.Tenant(caller.TenantID); t != nil {
		out["displayName"] = t.DisplayName
	}
	return out
}

// challenge answers requests without a token. For a subscription, it names the trusted
// tenant or says that the subscription does not exist. Source: Shawn Tabrizi, "Secret
// APIs in Azure Active Directory and Azure Resource Manager"; Azure/acs-engine,
// GetTenantID.
func (s *Server) challenge(w http.ResponseWriter, r *http.Request) {
	const missing = "Authentication failed. The 'Authorization' header is missing."
	rest, ok := strings.CutPrefix(r.URL.Path, "/subscriptions/")
	id, _, _ := strings.Cut(rest, "/")
	if !ok || id == "" {
		unauthorized(w, "", "AuthenticationFailed", missing)
		return
	}
	world := s.built.World
	world.RLock()
	defer world.RUnlock()
	for _, t := range world.Tenants {
		if slices.ContainsFunc(t.Subscriptions, func(own string) bool { return strings.EqualFold(own, id) }) {
			unauthorized(w, t.ID, "AuthenticationFailed", missing)
			return
		}
	}
	refuseManagement(w, http.StatusNotFound, "SubscriptionNotFound", "The subscription '"+id+"' could not be found.")
}

// unauthorized asks for a token of a tenant, or of any tenant if it is empty.
func unauthorized(w http.ResponseWriter, tenant, code, message string) {
	w.Header().Set("WWW-Authenticate", `Bearer authorization_uri="https://login.windows.net/`+tenant+`", error="invalid_token", error_description="`+message+`"`)
	refuseManagement(w, http.StatusUnauthorized, code, message)
}

func refuseManagement(w http.ResponseWriter, status int, code, message string) {
	writeManagement(w, status, map[string]any{"error": map[string]string{"code": code, "message": message}})
}

func writeManagement(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the client may be gone
}
