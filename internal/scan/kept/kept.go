// Package kept saves what a scan reads of a tenant, so that the next scan only has to
// request the changes. A state is a file per tenant that only its owner may read, or it is
// in memory. It contains what the rules and reports need of applications, service
// principals and their credentials, and Graph's delta links. It contains no secret, not
// even its first characters.
//
// A new state is written beside the old one and replaces it in one step. The file consists
// of frames with checksums, so that two collections can be written and read at the same
// time, and damage or a missing end is noticed:
//
//	magic | frame… | frame of the head, as JSON | offset of that frame | magic
//	frame: collection, generation (a byte each), length, CRC-32C (4 bytes each), records
package kept

import "time"

// version is the version of the format. A state of another version is not used.
const version = 1

// The collections of a state.
const (
	Applications = iota
	ServicePrincipals
	collections
)

// Key identifies a state. A tenant has other objects in another cloud, and links are
// valid for one Graph only.
type Key struct {
	// Tenant is the GUID, or the configured name if the GUID is unknown. Graph is the
	// origin of Microsoft Graph.
	Tenant, Cloud, Graph string
}

// Collection describes one collection of a state.
type Collection struct {
	// Selection are the properties that were read.
	Selection []string `json:"selection"`
	// Link is Graph's delta link.
	Link string `json:"link"`
	// Objects is the number of records. Beyond is how many more objects Graph counted
	// when all were read.
	Objects int `json:"objects"`
	Beyond  int `json:"beyond"`

	Frames     int   `json:"frames"`
	Generation uint8 `json:"generation"`
}

// Head describes a state.
type Head struct {
	Version int    `json:"version"`
	Tenant  string `json:"tenant"`
	Cloud   string `json:"cloud"`
	Graph   string `json:"graph"`
	// Full is the time of the last full read, Read that of the last scan.
	Full        time.Time               `json:"full"`
	Read        time.Time               `json:"read"`
	Collections [collections]Collection `json:"collections"`
}
