package result

import (
	"cmp"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/origin"
)

// NotificationStatus is what became of the messages of a scan.
type NotificationStatus string

// The states.
const (
	NothingNew           NotificationStatus = "nothingNew"
	NotificationSent     NotificationStatus = "sent"
	NotificationFailed   NotificationStatus = "failed"
	NotificationPlanned  NotificationStatus = "planned" // a dry run
	NotificationCutShort NotificationStatus = "interrupted"
)

// Notification is what a scan told people.
type Notification struct {
	Status NotificationStatus `json:"status" jsonschema:"enum=nothingNew,enum=sent,enum=failed,enum=planned,enum=interrupted"`
	// Findings counts those that are new since the baseline.
	Findings int `json:"findings"`
	// Deliveries are by where the URL is kept, which is never shown.
	Deliveries []Delivery `json:"deliveries"`
	// WithoutMail counts the new findings that no owner could be told by mail, and
	// that therefore went to the recipients of the URL; absent without --notify-owners.
	WithoutMail int `json:"withoutMail,omitempty"`
	// Pending is what was not delivered: a scan that has this report as its baseline
	// tells it again.
	Pending *PendingNotification `json:"pending,omitempty"`
}

// Delivery is what became of the messages to one place.
type Delivery struct {
	To     string `json:"to"`
	Sent   int    `json:"sent"`
	Failed int    `json:"failed"`
	// Error is why the first that failed did, or null.
	Error msg.Text `json:"error"`
}

// PendingNotification is what nobody was told.
type PendingNotification struct {
	// All says that there is more of it than is listed, so that everything is new again.
	All bool `json:"all,omitempty"`
	// Findings are keys of findings, see Finding.Key; Changes credentials.
	Findings []string     `json:"findings,omitempty"`
	Changes  []ScanChange `json:"changes,omitempty"`
}

// Unfinished reports whether somebody was to be told and was not.
func (n *Notification) Unfinished() bool {
	return n != nil && (n.Status == NotificationFailed || n.Status == NotificationCutShort)
}

// Key distinguishes a finding from all others of a scan, and is the same in the next one.
func (f *Finding) Key() string {
	parts := []string{f.Rule, string(f.Severity), f.ObjectID, OrEmpty(f.KeyID)}
	if f.Policy != nil {
		parts = append(parts, f.Policy.ID, f.Policy.Restriction)
	}
	return strings.ToLower(strings.Join(parts, "/"))
}

// part is what the report says of it.
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

// Headline says in plain words how bad it is.
func (s *Scan) Headline() (msg.Text, error) {
	sum, err := s.sumUp(View{})
	if err != nil {
		return msg.Text{}, err
	}
	return s.verdict(sum.attention), nil
}

// Tell says what a finding is about and whose it is, a sentence each.
func (s *Scan) Tell(f *Finding) (about msg.Text, more []msg.Text) {
	return s.findingCase(f).Message, f.ownership()
}

// Nearest keeps the findings of a scan that a person is to see first, a bounded number.
type Nearest struct{ heap nearest }

// Nearest returns an empty list for findings of this scan.
func (s *Scan) Nearest(limit int) *Nearest {
	return &Nearest{nearest{now: s.GeneratedAt, limit: limit}}
}

// Take considers a finding.
func (n *Nearest) Take(f *Finding) { n.heap.take(f) }

// Sorted are the findings, the most urgent first.
func (n *Nearest) Sorted() []*Finding {
	list := slices.Clone(n.heap.list)
	slices.SortFunc(list, nearer(n.heap.now))
	return list
}

// Called is what the object of a change is called.
func (c *ScanChange) Called() string {
	return cmp.Or(OrEmpty(c.Item.DisplayName), c.Item.ObjectID)
}
