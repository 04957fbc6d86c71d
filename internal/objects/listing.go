package objects

// Part selects what a listing of a tenant reads.
type Part int

// The parts of a scan. Passwords and certificates are listed separately: if $select
// included keyCredentials, Graph would limit the whole scan to 150 requests per minute
// and tenant. Certificates are requested with a filter, so that only objects that have
// some are sent. They are requested without $select, so that they come without the key
// itself and without that limit (Graph documentation of keyCredentials).
const (
	Passwords Part = iota
	Certificates
	// WithFederation lists applications with federated credentials, and Ownerless lists
	// objects without owners. Both read only the object ID and the application ID.
	WithFederation
	Ownerless
	// Everything lists passwords and certificates together, as delta queries return
	// them; see Changes.
	Everything
)

// Listing is one listing of a collection.
type Listing struct {
	// Kind is OnApplication or OnServicePrincipal.
	Kind string
	Part Part
	// Created also requests the creation date.
	Created bool
	// Object is called for each object. In a listing of passwords or certificates,
	// objects without any are only counted.
	Object func(*Listed) error
	// Page is called after each page. It may be nil.
	Page func(Page)
	// Restart is called when the listing starts again because its page tokens expired.
	// Everything received so far must be dropped. It may be nil.
	Restart func()
}

// Page describes one page.
type Page struct {
	Objects int
	// ResourceUnits is the cost of the page in the tenant's quota (x-ms-resource-unit),
	// or 0 if Graph did not report it.
	ResourceUnits int
}
