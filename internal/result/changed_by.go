package result

import (
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/neutral"
)

// ChangedBy is who added or removed a credential, by the audit log.
type ChangedBy struct {
	DateTime time.Time `json:"dateTime"`
	// Actor is a user's sign-in name or an application's name, null where the log names
	// none.
	Actor      *string `json:"actor"`
	ActorType  string  `json:"actorType" jsonschema:"enum=user,enum=application,enum=unknown"`
	ActorAppID *string `json:"actorAppId"`
	// IPAddress and Client are from where and with which program, null where the log
	// does not tell. It has no address of applications.
	IPAddress *string `json:"ipAddress"`
	Client    *string `json:"client"`
	// Through is the application that a user acted with, left out where the log names
	// none.
	Through *string `json:"through,omitempty"`
	// Itself says that the application changed its own credentials.
	Itself bool `json:"itself"`
}

// Rank puts first what an intruder would do: an application that changes its own
// credentials, then one that changes another's; what nobody is known for comes before
// what a person did.
func (b *ChangedBy) Rank() int {
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

// text says it in a sentence without a full stop; zero where nothing is known.
func (b *ChangedBy) text() msg.Text {
	if b == nil {
		return msg.Text{}
	}
	return b.means(msg.New("by %s on %s", b.who(), b.DateTime))
}

// doer is the same without the time.
func (b *ChangedBy) doer() msg.Text {
	if b == nil {
		return msg.Text{}
	}
	return b.means(msg.New("by %s", b.who()))
}

func (b *ChangedBy) who() msg.Text {
	who := msg.New("someone the log does not name")
	if b.Actor != nil {
		who = msg.Literal(neutral.Bound(*b.Actor, nameLimit))
	}
	switch {
	case b.Itself:
		return msg.New("the application itself (%s)", who)
	case b.ActorType == "application":
		return msg.New("the application %s", who)
	}
	return who
}

// means adds from where and with what.
func (b *ChangedBy) means(t msg.Text) msg.Text {
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
