package result

import (
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/origin"
)

// NotificationStatus is the result of sending a scan's messages.
type NotificationStatus string

// The results of sending a scan's messages.
const (
	NothingNew           NotificationStatus = "nothingNew"
	NotificationSent     NotificationStatus = "sent"
	NotificationFailed   NotificationStatus = "failed"
	NotificationPlanned  NotificationStatus = "planned" // a dry run
	NotificationCutShort NotificationStatus = "interrupted"
)

// Notification describes the messages that a scan sent.
type Notification struct {
	Status NotificationStatus `json:"status" jsonschema:"enum=nothingNew,enum=sent,enum=failed,enum=planned,enum=interrupted"`
	// Findings counts the findings that are new since the baseline.
	Findings int `json:"findings"`
	// Deliveries are listed by the place that stores the URL. The URL itself is never
	// shown.
	Deliveries []Delivery `json:"deliveries"`
	// WithoutMail counts new findings that have no owner with a mail address. They are
	// sent to the recipients in the URL instead. It is absent if there are none, and
	// without --notify-owners.
	WithoutMail int `json:"withoutMail,omitempty"`
	// Pending is what was not delivered. A scan with this report as its baseline sends
	// it again.
	Pending *PendingNotification `json:"pending,omitempty"`
}

// Delivery is the result of sending messages to one place.
type Delivery struct {
	To     string `json:"to"`
	Sent   int    `json:"sent"`
	Failed int    `json:"failed"`
	// Error says why the first failed message failed, or null.
	Error msg.Text `json:"error"`
}

// PendingNotification is what could not be delivered.
type PendingNotification struct {
	// All means that the list would be too long, so the next scan treats every finding
	// as new.
	All bool `json:"all,omitempty"`
	// Findings are keys: the rule, severity, object ID and key ID of a finding, and for
	// policies the policy ID and restriction, separated by slashes.
	Findings []string     `json:"findings,omitempty"`
	Changes  []ScanChange `json:"changes,omitempty"` // changed credentials
}

// Unfinished reports whether some messages were not delivered.
func (n *Notification) Unfinished() bool {
	return n != nil && (n.Status == NotificationFailed || n.Status == NotificationCutShort)
}

// Key identifies a finding within a scan, and is the same in the next scan.
func (f *Finding) Key() string {
	parts := []string{f.Rule, string(f.Severity), f.ObjectID, OrEmpty(f.KeyID)}
	if f.Policy != nil {
		parts = append(parts, f.Policy.ID, f.Policy.Restriction)
	}
	return strings.ToLower(strings.Join(parts, "/"))
}

// part is the section about the notification.
func (n *Notification) part() Part {
	p := Part{ID: "notification", Title: msg.New("Notification"), Text: []msg.Text{n.text()}}
	for _, d := range n.Deliveries {
		text := msg.New("%s: %s", origin.Parse(d.To).Text(), msg.New("%d messages sent", d.Sent))
		if d.Failed > 0 {
			text = msg.New("%s, %s: %s", text, msg.New("%d not delivered", d.Failed), d.Error)
		}
		p.Items = append(p.Items, Item{Text: text})
	}
	return p
}

func (n *Notification) text() msg.Text {
	switch n.Status {
	case NothingNew:
		return msg.New("Nothing is new since the earlier scan, so nothing was sent.")
	case NotificationPlanned:
		return msg.New("%d findings are new. This was a dry run: nothing was sent.", n.Findings)
	case NotificationFailed:
		return msg.New("Not all messages were delivered. The next scan sends the rest if its baseline is this report in JSON.")
	case NotificationCutShort:
		return msg.New("Sending was interrupted. The next scan sends the rest if its baseline is this report in JSON.")
	}
	return msg.New("%d findings are new, and were sent.", n.Findings)
}

// Headline says how serious the findings are.
func (s *Scan) Headline() (msg.Text, error) {
	sum, err := s.sumUp(View{})
	if err != nil {
		return msg.Text{}, err
	}
	return s.verdict(sum.attention), nil
}

// Describe returns a sentence about a finding, then sentences about its owners and further
// details.
func (s *Scan) Describe(f *Finding) (about msg.Text, more []msg.Text) {
	return s.findingCase(f).Message, f.ownership()
}
