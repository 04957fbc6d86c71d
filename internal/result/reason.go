package result

import (
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
)

// Reason is why a credential, or its change, deserves to be looked at first.
type Reason struct {
	ID string `json:"id" jsonschema:"enum=self-added,enum=added-by-application,enum=privileged,enum=foreign-issuer"`
	// Text says it in words.
	Text msg.Text `json:"text"`
}

// SelfAdded is that an application added a credential to itself.
func SelfAdded() Reason { return Reason{"self-added", msg.New("the application added it to itself")} }

// AddedByApplication is that it was another application.
func AddedByApplication(by *ChangedBy) Reason {
	name := neutral.Bound(named(by.Actor, by.ActorAppID), nameLimit)
	return Reason{"added-by-application", msg.New("another application added it: %s", name)}
}

// Privileged is that whoever signs in with the credential may take over the tenant.
func Privileged(held []string) Reason {
	return Reason{"privileged", msg.New("the application is privileged: %s", neutral.Bound(strings.Join(held, ", "), 300))}
}

// ForeignIssuer is that spcheck does not know who runs the issuer of a federated
// credential. That is no proof of anything: many companies run one of their own.
func ForeignIssuer(issuer string) Reason {
	return Reason{"foreign-issuer", msg.New("whoever runs %s can sign in as the application, and spcheck does not know who that is", neutral.Bound(issuer, nameLimit))}
}

// IssuerOfOtherTenant is that the issuer is of another tenant, or of a cluster there.
func IssuerOfOtherTenant(issuer string) Reason {
	return Reason{"foreign-issuer", msg.New("the issuer belongs to another tenant: %s", neutral.Bound(issuer, nameLimit))}
}

// suspicion weighs reasons: what an intruder does counts more than where.
func suspicion(list []Reason) (n int) {
	for _, r := range list {
		if n++; r.ID != "privileged" {
			n++
		}
	}
	return n
}

// suspicious reports whether a finding is about something that came, of which reasons
// say that it is to be looked at first. That an application is privileged makes no
// suspect of a credential that expires.
func (f *Finding) suspicious() int {
	if f.Rule != "appeared" && f.Rule != RuleForeignIssuer {
		return 0
	}
	return suspicion(f.Reasons)
}

// RuleForeignIssuer is the scan rule about federated credentials.
const RuleForeignIssuer = "foreign-issuer"

func reasonTexts(list []Reason) msg.Text {
	var all []msg.Text
	for _, r := range list {
		all = append(all, r.Text)
	}
	return msg.Join(all, "; ")
}

// CompareChanges puts first what an intruder would do.
func CompareChanges(a, b ScanChange) int {
	if d := suspicion(b.Reasons) - suspicion(a.Reasons); d != 0 {
		return d
	}
	return a.By.Rank() - b.By.Rank()
}

func (f *Finding) reasonIDs() string {
	var ids []string
	for _, r := range f.Reasons {
		ids = append(ids, r.ID)
	}
	return strings.Join(slices.Compact(ids), "; ")
}
