package result

import (
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
)

// Reason says why a credential or a change should be looked at first.
type Reason struct {
	ID string `json:"id" jsonschema:"enum=self-added,enum=added-by-application,enum=privileged,enum=foreign-issuer"`
	// Text is the reason in words.
	Text msg.Text `json:"text"`
}

// suspicion adds up the weights of reasons. Who added a credential weighs more than
// where it was added.
func suspicion(list []Reason) (n int) {
	for _, r := range list {
		if n++; r.ID != "privileged" {
			n++
		}
	}
	return n
}

// suspicious returns the weight of the reasons of a finding about something new. An
// expiring credential of a privileged application is not suspicious.
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

// CompareChanges sorts the most suspicious changes first.
func CompareChanges(a, b ScanChange) int {
	if d := suspicion(b.Reasons) - suspicion(a.Reasons); d != 0 {
		return d
	}
	return a.By.rank() - b.By.rank()
}

func (f *Finding) reasonIDs() string {
	var ids []string
	for _, r := range f.Reasons {
		ids = append(ids, r.ID)
	}
	return strings.Join(slices.Compact(ids), "; ")
}
