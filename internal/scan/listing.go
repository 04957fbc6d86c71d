package scan

import "github.com/spcheck/spcheck/internal/msg"

// listing is one of the collections that a scan reads.
type listing int

// The listings, in the order in which reports name them. wholeTenant stands for all of
// them: nothing was read.
const (
	wholeTenant listing = iota
	applications
	certificatesOfApplications
	certificatesOfPrincipals
	federatedCredentials
	lastUses
	owners
	appPolicies
	servicePrincipals
)

// text returns the name of the listing.
func (l listing) text() msg.Text {
	return [...]msg.Text{
		applications:               msg.New("applications"),
		certificatesOfApplications: msg.New("certificates of applications"),
		certificatesOfPrincipals:   msg.New("certificates of service principals"),
		federatedCredentials:       msg.New("federated credentials"),
		lastUses:                   msg.New("last uses of credentials"),
		owners:                     msg.New("owners"),
		appPolicies:                msg.New("app management policies"),
		servicePrincipals:          msg.New("service principals"),
	}[l]
}
