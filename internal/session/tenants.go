package session

import (
	"context"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/entra"
	"github.com/spcheck/spcheck/internal/msg"
)

// managementVariable names the address of Azure Resource Manager for sign-in hosts that
// are not Microsoft's, such as the sandbox.
const managementVariable = "SPCHECK_MANAGEMENT_ENDPOINT"

// TenantID asks Entra for the tenant of a GUID or domain. It needs no credential.
func (s *session) TenantID(ctx context.Context, name string) (string, error) {
	return entra.TenantID(ctx, s.HTTPClient, s.authority, name)
}

// SubscriptionTenant asks Azure Resource Manager which tenant a subscription trusts. It
// needs no credential. A custom sign-in host has no Resource Manager unless one is
// configured.
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
