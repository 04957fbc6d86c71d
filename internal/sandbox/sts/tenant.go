package sts

import (
	"strings"

	"github.com/google/uuid"

	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

const zeroGUID = "00000000-0000-0000-0000-000000000000"

// domainName is what the service takes for a domain: labels with a dot between.
var domainName = lazyregexp.New(`^([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z][a-zA-Z0-9-]{0,61}[a-zA-Z0-9]$`)

// manyTenants reports whether a path names no tenant of its own.
func manyTenants(name string) bool {
	switch strings.ToLower(name) {
	case "common", "organizations", "consumers":
		return true
	}
	return false
}

// isGUID accepts only the form with hyphens.
func isGUID(s string) bool {
	if len(s) != len(zeroGUID) {
		return false
	}
	_, err := uuid.Parse(s)
	return err == nil
}

// findTenant returns the tenant that a path names by GUID or verified domain.
// The caller holds the world's lock.
func (s *Service) findTenant(name string) (*directory.Tenant, *refusal) {
	switch {
	case name == zeroGUID:
		return nil, emptyTenant(name)
	case !isGUID(name) && !domainName().MatchString(name):
		return nil, malformedTenant(name)
	}
	for _, t := range s.o.World.Tenants {
		if strings.EqualFold(t.ID, name) {
			return t, nil
		}
		for _, domain := range t.Domains {
			if strings.EqualFold(domain, name) {
				return t, nil
			}
		}
	}
	return nil, unknownTenant(name)
}
