package graphapi

import (
	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

// types are the entities of the service, made once.
type types struct {
	application      *entity[*directory.Application]
	servicePrincipal *entity[*directory.ServicePrincipal]
	user             *entity[*directory.User]
	group            *entity[*directory.Group]
	organization     *entity[*directory.Tenant]
	policy           *entity[*directory.AppManagementPolicy]
	federated        *entity[directory.Federated]
	assignment       *entity[roleAssignment]
	directoryRole    *entity[directoryRole]
	object           *entity[directoryObject]
	deleted          *entity[*directory.Application]
	signIn           *entity[signInEntry]
	audit            *entity[auditEntry]
	credentialUse    *entity[credentialUse]
	appUse           *entity[appUse]
}

func newTypes() *types {
	return &types{
		application:      applicationType(),
		servicePrincipal: servicePrincipalType(),
		user:             userType(),
		group:            groupType(),
		organization:     organizationType(),
		policy:           policyType(),
		federated:        federatedType(),
		assignment:       assignmentType(),
		directoryRole:    directoryRoleType(),
		object:           objectType(),
		deleted:          deletedType(),
		signIn:           signInType(),
		audit:            auditType(),
		credentialUse:    credentialUseType(),
		appUse:           appUseType(),
	}
}

// pointers lets a slice of values be listed without copying each.
func pointers[T any](all []T) []*T {
	out := make([]*T, len(all))
	for i := range all {
		out[i] = &all[i]
	}
	return out
}
