package scan

import "github.com/spcheck/spcheck/internal/msg"

// listing is one of the collections that a scan reads.
type listing int

// The listings, in the order in which reports name them. wholeTenant stands for
// all: nothing of the tenant was read.
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

// text is the listing's name.
func (l listing) text() msg.Text {
	switch l {
	case applications:
		return msg.New("applications")
	case certificatesOfApplications:
		return msg.New("certificates of applications")
	case certificatesOfPrincipals:
		return msg.New("certificates of service principals")
	case federatedCredentials:
		return msg.New("federated credentials")
	case lastUses:
		return msg.New("last uses of credentials")
	case owners:
		return msg.New("owners")
	case appPolicies:
		return msg.New("app management policies")
	case servicePrincipals:
		return msg.New("service principals")
	}
	return msg.Text{}
}
