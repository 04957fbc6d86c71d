package graphapi

import "github.com/spcheck/spcheck/internal/sandbox/directory"

// deletedApplications are those that can be restored. Source: Microsoft's
// documentation of deletedItems.
func (s *server) deletedApplications() collection[*directory.Application] {
	return collection[*directory.Application]{
		entity: s.types.deleted, name: "directory/deletedItems", cost: 1,
		items: func(sc *scene) []*directory.Application { return sc.tenant.Deleted },
		find: func(sc *scene, key segment) (*directory.Application, error) {
			id, err := objectID(key)
			if err != nil {
				return nil, err
			}
			for _, a := range sc.tenant.Deleted {
				if a.ID == id {
					return a, nil
				}
			}
			return nil, notFound(id)
		},
	}
}

func deletedType() *entity[*directory.Application] {
	type app = *directory.Application
	one := func(name string, get func(app) any) []property[app] {
		return []property[app]{{name: name, get: func(_ *scene, a app) any { return get(a) }}}
	}
	return &entity[app]{
		name: "application",
		properties: join(
			one("id", func(a app) any { return a.ID }),
			one("deletedDateTime", func(a app) any { return timeOrNull(a.DeletedAt) }),
			one("appId", func(a app) any { return a.AppID }),
			one("displayName", func(a app) any { return orNull(a.DisplayName) }),
			one("createdDateTime", func(a app) any { return timeOrNull(a.Created) }),
		),
		filters: []filterable[app]{{path: "appId", basic: opEq, get: func(_ *scene, a app) any { return a.AppID }}},
	}
}
