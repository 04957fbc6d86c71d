package sts

import (
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

const zeroGUID = "00000000-0000-0000-0000-000000000000"

// domainName matches what the service accepts as a domain.
var domainName = lazyregexp.New(`^([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z][a-zA-Z0-9-]{0,61}[a-zA-Z0-9]$`)

// manyTenants reports whether a path is a multi-tenant one.
func manyTenants(name string) bool {
	return slices.Contains([]string{"common", "organizations", "consumers"}, strings.ToLower(name))
}

// isGUID accepts only the form with hyphens.
func isGUID(s string) bool {
	if len(s) != len(zeroGUID) {
		return false
	}
	_, err := uuid.Parse(s)
	return err == nil
}

// findTenant returns the tenant with a GUID or verified domain. The caller holds the
// world's lock.
func (s *Service) findTenant(name string) (*directory.Tenant, *Refusal) {
	switch {
	case name == zeroGUID:
		return nil, refuse(900021, name)
	case !isGUID(name) && !domainName().MatchString(name):
		return nil, refuse(900023, name)
	}
	if t := s.o.World.Tenant(name); t != nil {
		return t, nil
	}
	return nil, refuse(90002, name)
}
