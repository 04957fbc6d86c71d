package objects

// Part is what one listing of a tenant reads.
type Part int

// The parts of a scan. A tenant's passwords and certificates are listed apart:
// $select with keyCredentials would put the whole scan under Graph's limit of
// 150 such requests a minute and tenant. Certificates are asked for by a filter,
// so that only objects that have some are sent, and without $select, so that
// they come without the key itself and without that limit (Graph documentation
// of keyCredentials).
const (
	Passwords Part = iota
	Certificates
	// WithFederation lists the applications that have federated credentials,
	// Ownerless the objects that nobody owns; of these, only the ID and the
	// application ID are read.
	WithFederation
	Ownerless
	// Everything is all of the above that delta queries tell: passwords and
	// certificates together (see Changes).
	Everything
)

// Listing is one collection of a tenant on its way.
type Listing struct {
	// Kind is OnApplication or OnServicePrincipal.
	Kind string
	Part Part
	// Created asks for the date of creation, too.
	Created bool
	// Object is called for each object. For passwords and certificates those without
	// any are counted only.
	Object func(*Listed) error
	// Page is called for each page that was read; it may be nil.
	Page func(Page)
	// Restart says that the listing begins again, since its page tokens expired:
	// whatever was kept of it must be dropped. It may be nil.
	Restart func()
}

// Page counts one page.
type Page struct {
	Objects int
	// ResourceUnits is what the page cost of the tenant's quota
	// (x-ms-resource-unit), 0 where Graph did not say.
	ResourceUnits int
}
