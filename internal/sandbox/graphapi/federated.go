package graphapi

import (
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/sandbox/directory"
)

func federatedType() *entity[directory.Federated] {
	type fic = directory.Federated
	one := func(name string, get func(fic) any) []property[fic] {
		return []property[fic]{{name: name, get: func(_ *scene, f fic) any { return get(f) }}}
	}
	return &entity[fic]{name: "federatedIdentityCredential", properties: join(
		one("id", func(f fic) any { return f.ID }),
		one("name", func(f fic) any { return f.Name }),
		one("issuer", func(f fic) any { return f.Issuer }),
		one("subject", func(f fic) any { return orNull(f.Subject) }),
		one("description", func(f fic) any { return orNull(f.Description) }),
		one("audiences", func(f fic) any { return list(f.Audiences) }),
	)}
}

func federatedFilters() []filterable[object] {
	var out []filterable[object]
	for _, name := range []string{"name", "issuer", "subject"} {
		out = append(out, filterable[object]{path: name, advanced: opEq | opStarts, get: member(name)})
	}
	return out
}

func federatedObjects(all []directory.Federated) []object {
	if len(all) == 0 { // as in nearly every application of a large tenant
		return nil
	}
	e := federatedType()
	var out []object
	for _, f := range all {
		out = append(out, whole(nil, e, f))
	}
	return out
}

func federatedContext(a app) string {
	return "applications('" + a.ID + "')/federatedIdentityCredentials"
}

func listFederated(s *scene) (*response, error) {
	a, err := findApplication(s, s.keys[0])
	if err != nil {
		return nil, err
	}
	return listing[directory.Federated]{items: s.heard(a.Federated), entity: s.srv.types.federated, context: federatedContext(a), cost: 1}.answer(s)
}

// getFederated takes the credential's ID or, as its alternate key, its name.
func getFederated(s *scene) (*response, error) {
	a, err := findApplication(s, s.keys[0])
	if err != nil {
		return nil, err
	}
	i := s.indexFederated(a)
	if i < 0 {
		return nil, notFound(s.keys[1].text)
	}
	return one(s, s.srv.types.federated, a.Federated[i], federatedContext(a))
}

// indexFederated finds the credential of the request's second key; -1 is none that
// the replica that answers has heard of.
func (s *scene) indexFederated(a app) int {
	key := s.keys[1]
	return slices.IndexFunc(a.Federated, func(f directory.Federated) bool {
		named := key.by == "name" && f.Name == key.text || key.by == "" && (strings.EqualFold(f.ID, key.text) || f.Name == key.text)
		return named && !s.late(f.Added)
	})
}

// heard are the credentials that the replica that answers has heard of.
func (s *scene) heard(all []directory.Federated) []directory.Federated {
	return slices.DeleteFunc(slices.Clone(all), func(f directory.Federated) bool { return s.late(f.Added) })
}

// noFederated is the collection of a service principal, which only managed
// identities fill.
func noFederated(s *scene) (*response, error) {
	p, err := findServicePrincipal(s, s.keys[0])
	if err != nil {
		return nil, err
	}
	context := "servicePrincipals('" + p.ID + "')/federatedIdentityCredentials"
	return listing[directory.Federated]{entity: s.srv.types.federated, context: context, cost: 1}.answer(s)
}
