package graphapi

import "slices"

// directoryObject is a user, group, application or service principal where any
// of them may stand, such as among owners.
type directoryObject struct {
	kind, id   string
	properties func(*scene) object
}

// objectType lets $select name what any kind of object has in common; a property
// that only one kind has is not declared here.
func objectType() *entity[directoryObject] {
	named := func(names ...string) []property[directoryObject] {
		var out []property[directoryObject]
		for _, name := range names {
			out = append(out, property[directoryObject]{name: name, get: func(s *scene, o directoryObject) any { return o.properties(s).get(name) }})
		}
		return out
	}
	return &entity[directoryObject]{name: "directoryObject", properties: named("id", "deletedDateTime", "displayName", "appId", "userPrincipalName", "mail", "servicePrincipalType")}
}

// resolve finds the object of an ID, whatever its kind.
func (s *scene) resolve(id string) (directoryObject, bool) {
	t := s.srv.types
	if u := s.tenant.User(id); u != nil {
		return directoryObject{"user", u.ID, func(sc *scene) object { return whole(sc, t.user, u) }}, true
	}
	if p := s.tenant.ServicePrincipal(id); p != nil {
		return directoryObject{"servicePrincipal", p.ID, func(sc *scene) object { return whole(sc, t.servicePrincipal, p) }}, true
	}
	if a := s.tenant.Application(id); a != nil {
		return directoryObject{"application", a.ID, func(sc *scene) object { return whole(sc, t.application, a) }}, true
	}
	if g := s.tenant.Group(id); g != nil {
		return directoryObject{"group", g.ID, func(sc *scene) object { return whole(sc, t.group, g) }}, true
	}
	return directoryObject{}, false
}

// whole renders an object with all its properties, whatever the request selects.
func whole[T any](s *scene, e *entity[T], item T) object {
	sh, _ := e.shape(query{}) // nothing is selected that could be wrong
	return sh.render(s, item)
}

// objectsOf resolves IDs; one of an object that is gone is left out, as a
// reference disappears with its object.
func (s *scene) objectsOf(ids []string) []directoryObject {
	out := make([]directoryObject, 0, len(ids))
	for _, id := range ids {
		if o, ok := s.resolve(id); ok {
			out = append(out, o)
		}
	}
	return out
}

func (o directoryObject) typeMember() object {
	return object{{"@odata.type", "#microsoft.graph." + o.kind}}
}

// ownerObjects are the owners as $expand shows them.
func ownerObjects(s *scene, ids []string) []object {
	var out []object
	for _, o := range s.objectsOf(ids) {
		properties := o.properties(s)
		if o.kind == "user" && !s.readsUsers() {
			properties = bare(properties)
		}
		out = append(out, append(o.typeMember(), properties...))
	}
	return out
}

// readsUsers reports whether the caller may read users.
func (s *scene) readsUsers() bool {
	if s.caller.User {
		return s.caller.has(readUsers().user)
	}
	return s.caller.has(readUsers().app)
}

// bare leaves of an object that the caller may not read its type and ID; the other
// members are null. Source: Graph's documentation of limited information for
// inaccessible member objects.
func bare(o object) object {
	out := slices.Clone(o)
	for i := range out {
		if out[i].name != "id" {
			out[i].value = nil
		}
	}
	return out
}

// listObjects answers with mixed objects: each whole, or cut to the $select.
func listObjects(s *scene, ids []string) (*response, error) {
	items := s.objectsOf(ids)
	e := s.srv.types.object
	if len(s.query.selected) > 0 {
		return listing[directoryObject]{items: items, entity: e, context: "directoryObjects", cost: 1, annotate: directoryObject.typeMember}.answer(s)
	}
	// Without $select each object has all properties of its own kind.
	own := listing[directoryObject]{items: items, entity: &entity[directoryObject]{name: e.name}, context: "directoryObjects", cost: 1}
	own.annotate = func(o directoryObject) object { return append(o.typeMember(), o.properties(s)...) }
	return own.answer(s)
}

func applicationOwners(s *scene) (*response, error) {
	a, err := findApplication(s, s.keys[0])
	if err != nil {
		return nil, err
	}
	return listObjects(s, a.Owners)
}

func servicePrincipalOwners(s *scene) (*response, error) {
	p, err := findServicePrincipal(s, s.keys[0])
	if err != nil {
		return nil, err
	}
	return listObjects(s, p.Owners)
}

func groupMembers(s *scene) (*response, error) {
	g, err := findGroup(s, s.keys[0])
	if err != nil {
		return nil, err
	}
	return listObjects(s, g.Members)
}

func getDirectoryObject(s *scene) (*response, error) {
	id, err := objectID(s.keys[0])
	if err != nil {
		return nil, err
	}
	o, ok := s.resolve(id)
	if !ok {
		return nil, notFound(id)
	}
	body := append(s.context("directoryObjects/$entity"), o.typeMember()...)
	if len(s.query.selected) == 0 {
		return s.ok(append(body, o.properties(s)...), 1), nil
	}
	sh, err := s.srv.types.object.shape(s.query)
	if err != nil {
		return nil, err
	}
	return s.ok(append(body, sh.render(s, o)...), 1), nil
}
