package session

import (
	"context"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/entra"
	"github.com/spcheck/spcheck/internal/msg"
)

// managementVariable names Azure Resource Manager where the sign-in host is none of
// Microsoft's, as in the sandbox.
const managementVariable = "SPCHECK_MANAGEMENT_ENDPOINT"

// TenantID asks Entra which tenant a GUID or a domain names, without a credential.
func (s *session) TenantID(ctx context.Context, name string) (string, error) {
	return entra.TenantID(ctx, s.HTTPClient, s.authority, name)
}

// SubscriptionTenant asks Azure Resource Manager which tenant a subscription trusts,
// without a credential. An own sign-in host has none, unless one is named.
func (s *session) SubscriptionTenant(ctx context.Context, id string) (string, error) {
	host, _ := s.Env(managementVariable)
	if host == "" && s.Settings.Value(config.AuthorityHost) == "" {
		host = s.cloud.ManagementEndpoint
	}
	if host == "" {
		return "", msg.Error(msg.New("the address of Azure Resource Manager is not known for this cloud"))
	}
	return entra.SubscriptionTenant(ctx, s.HTTPClient, host, id)
}
