// Package kept keeps what scans read of a tenant, so that the next one need only ask
// for what changed: in a file for each tenant, which only its owner may read, or in
// memory. What is kept is what the rules and reports need of applications, service
// principals and their credentials, and Graph's delta links. It holds no value of a
// secret, nor the beginning of one.
//
// A state is written beside the one before it and takes its place in one step. It is
// a file of frames, each with its checksum, so that two collections can be written
// and read at the same time, and a damaged or half-written one is noticed:
//
//	magic | frame… | frame of the head, as JSON | where that one begins | magic
//	frame: collection, generation (a byte each), length, CRC-32C (4 bytes each), records
package kept

import (
	"time"
)

// version is that of the format. A state of another one is read in full again.
const version = 1

// Collections that are kept.
const (
	Applications = iota
	ServicePrincipals
	collections
)

// Key says whose state it is. All of it must fit: a tenant has other objects in
// another cloud, and links are good for one Graph only.
type Key struct {
	// Tenant is the GUID, or what is configured where that is not known. Graph is the
	// origin of Microsoft Graph.
	Tenant, Cloud, Graph string
}

// Collection is what the head says of one collection.
type Collection struct {
	// Selection are the properties that were read.
	Selection []string `json:"selection"`
	// Link is Graph's link to what changed since.
	Link string `json:"link"`
	// Objects is how many records there are. Beyond is how many more Graph counted when
	// all were read.
	Objects int `json:"objects"`
	Beyond  int `json:"beyond"`

	Frames     int   `json:"frames"`
	Generation uint8 `json:"generation"`
}

// Head is what a state says about itself.
type Head struct {
	Version int    `json:"version"`
	Tenant  string `json:"tenant"`
	Cloud   string `json:"cloud"`
	Graph   string `json:"graph"`
	// Full is when everything was read last, Read when changes were.
	Full        time.Time               `json:"full"`
	Read        time.Time               `json:"read"`
	Collections [collections]Collection `json:"collections"`
}

func (h *Head) key() Key { return Key{h.Tenant, h.Cloud, h.Graph} }
