package result

import (
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
)

// ChangedBy is who added or removed a credential, according to the audit log.
type ChangedBy struct {
	DateTime time.Time `json:"dateTime"`
	// Actor is a user's sign-in name or an application's name. It is null if the log
	// names neither.
	Actor      *string `json:"actor"`
	ActorType  string  `json:"actorType" jsonschema:"enum=user,enum=application,enum=unknown"`
	ActorAppID *string `json:"actorAppId"`
	// IPAddress is the address of the caller, and Client its program. They are null if
	// the log does not name them. The log has no address for applications.
	IPAddress *string `json:"ipAddress"`
	Client    *string `json:"client"`
	// Through is the application that a user acted with. It is absent if the log names
	// none.
	Through *string `json:"through,omitempty"`
	// Itself is true if the application changed its own credentials.
	Itself bool `json:"itself"`
}

// rank orders changes by how suspicious they are: first an application that changed its
// own credentials, then an application that changed another, then an unknown actor, and
// last a user.
func (b *ChangedBy) rank() int {
	switch {
	case b == nil || b.ActorType == "unknown":
		return 2
	case b.Itself:
		return 0
	case b.ActorType == "application":
		return 1
	}
	return 3
}

// text returns a clause that names the actor and the time, or zero if b is nil.
func (b *ChangedBy) text() msg.Text {
	if b == nil {
		return msg.Text{}
	}
	return b.detailed(msg.New("by %s on %s", b.who(), b.DateTime))
}

// doer returns a clause that names only the actor, or zero if b is nil.
func (b *ChangedBy) doer() msg.Text {
	if b == nil {
		return msg.Text{}
	}
	return b.detailed(msg.New("by %s", b.who()))
}

func (b *ChangedBy) who() msg.Text {
	who := msg.New("someone the log does not name")
	if b.Actor != nil {
		who = msg.Literal(neutral.Bound(*b.Actor, nameLimit))
	}
	if b.Itself {
		return msg.New("the application itself (%s)", who)
	}
	if b.ActorType == "application" {
		return msg.New("the application %s", who)
	}
	return who
}

// detailed adds the application, the address and the program that the log names.
func (b *ChangedBy) detailed(t msg.Text) msg.Text {
	if b.Through != nil {
		t = msg.New("%s, with the application %s", t, neutral.Bound(*b.Through, nameLimit))
	}
	if b.IPAddress != nil {
		t = msg.New("%s, from the address %s", t, neutral.Bound(*b.IPAddress, nameLimit))
	}
	if b.Client != nil {
		t = msg.New("%s, with %s", t, neutral.Bound(*b.Client, nameLimit))
	}
	return t
}
