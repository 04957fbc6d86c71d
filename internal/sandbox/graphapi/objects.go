package graphapi

// directoryObject is a user, group, application or service principal in a list of mixed
// objects, such as owners.
type directoryObject struct {
	kind, id   string
	properties func(*scene) object
}

// newObjects declares the properties that $select can name in mixed lists.
func newObjects() *entity[directoryObject] {
	e := &entity[directoryObject]{name: "directoryObject", annotate: directoryObject.typeMember}
	for _, name := range []string{"id", "deletedDateTime", "displayName", "appId", "userPrincipalName", "mail", "servicePrincipalType"} {
		e.computed(name, func(s *scene, o directoryObject) any { return o.properties(s).get(name) })
	}
	return e
}

// resolve finds an object of any kind.
func (s *scene) resolve(id string) (directoryObject, bool) {
	if u := s.tenant.User(id); u != nil {
		return objectOf(s.srv.users, u.ID, u), true
	}
	if p := s.tenant.ServicePrincipal(id); p != nil {
		return objectOf(s.srv.servicePrincipals, p.ID, p), true
	}
	if a := s.tenant.Application(id); a != nil {
		return objectOf(s.srv.applications, a.ID, a), true
	}
	if g := s.tenant.Group(id); g != nil {
		return objectOf(s.srv.groups, g.ID, g), true
	}
	return directoryObject{}, false
}

func objectOf[T any](e *entity[T], id string, item T) directoryObject {
	return directoryObject{e.name, id, func(s *scene) object { return e.whole(s, item) }}
}

// objectsOf finds the objects of IDs. Like references in the service, those to deleted
// objects disappear.
func (s *scene) objectsOf(ids []string) []directoryObject {
	out := make([]directoryObject, 0, len(ids))
	for _, id := range ids {
		if o, ok := s.resolve(id); ok {
			out = append(out, o)
		}
	}
	return out
}

func (o directoryObject) typeMember(*scene) object {
	return object{{"@odata.type", "#microsoft.graph." + o.kind}}
}

// typed returns an object with its type and all its properties.
func (o directoryObject) typed(s *scene) object { return append(o.typeMember(s), o.properties(s)...) }

// ownerObjects returns owners for $expand. If the caller may not read users, all
// properties of a user but type and ID are null. Source: Graph's documentation of limited
// information for inaccessible member objects.
func ownerObjects(s *scene, ids []string) []object {
	var out []object
	readsUsers := s.caller.holds(readUsers)
	for _, o := range s.objectsOf(ids) {
		shown := o.typed(s)
		for i, f := range shown {
			if o.kind == "user" && !readsUsers && f.name != "id" && f.name != "@odata.type" {
				shown[i].value = nil
			}
		}
		out = append(out, shown)
	}
	return out
}

// listObjects answers with mixed objects, either whole or with the selected properties.
func listObjects(s *scene, ids []string) (*response, error) {
	e := s.srv.objects
	if len(s.query.selected) == 0 {
		e = &entity[directoryObject]{name: e.name, annotate: directoryObject.typed}
	}
	return e.page(s, "directoryObjects", s.objectsOf(ids))
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
	shown := o.typed(s)
	if len(s.query.selected) > 0 {
		sh, err := s.srv.objects.shape(s.query)
		if err != nil {
			return nil, err
		}
		shown = sh.render(s, o)
	}
	return s.ok(append(s.context("directoryObjects/$entity"), shown...), 1), nil
}
