package result

import (
	"time"

	"github.com/spcheck/spcheck/internal/msg"
)

// Incident is the report of spcheck scan --incident: what the logs of a tenant tell of
// one credential, or of all those of an application.
type Incident struct {
	Header
	// Asked is what was asked for, as it was written.
	Asked  string  `json:"asked"`
	Tenant string  `json:"tenant"`
	Reader *string `json:"reader"`
	// Objects hold the credentials, or held them.
	Objects []IncidentObject `json:"objects"`
	// Stories are one a credential and object, the one whose story begins first at the
	// top.
	Stories []Story `json:"stories"`
	// Unnamed are sign-ins of the applications of which the log does not say by which
	// credential.
	Unnamed []SignIns `json:"unnamed"`
	// Sources say what was read, from when on, and what was not.
	Sources []IncidentSource `json:"sources"`
	Notes   []msg.Text       `json:"notes"`
}

// IncidentObject is an application or service principal.
type IncidentObject struct {
	ObjectID    string  `json:"objectId"`
	ObjectKind  *string `json:"objectKind" jsonschema:"enum=application,enum=servicePrincipal"`
	AppID       *string `json:"appId"`
	DisplayName *string `json:"displayName"`
	// State is whether the object is in the tenant: listed, deleted (it can be restored
	// for 30 days), gone, or unknown where that could not be read.
	State string `json:"state" jsonschema:"enum=listed,enum=deleted,enum=gone,enum=unknown"`
	// Privileges are what makes the application powerful, null where that is not known.
	Privileges *[]string `json:"privileges,omitempty"`
}

// Story is what is known of one credential on one object.
type Story struct {
	KeyID string `json:"keyId"`
	// ObjectID is null where only the sign-in log knows the credential.
	ObjectID    *string `json:"objectId"`
	ObjectKind  *string `json:"objectKind" jsonschema:"enum=application,enum=servicePrincipal"`
	AppID       *string `json:"appId"`
	DisplayName *string `json:"displayName"`
	KeyName     *string `json:"keyName"`
	Kind        *string `json:"kind" jsonschema:"enum=password,enum=certificate,enum=federated"`
	Issuer      *string `json:"issuer,omitempty"`
	Subject     *string `json:"subject,omitempty"`
	// State is whether the object holds the credential now: listed, gone, or unknown
	// where that could not be read.
	State       string     `json:"state" jsonschema:"enum=listed,enum=gone,enum=unknown"`
	StartDate   *time.Time `json:"startDateTime"`
	EndDateTime *time.Time `json:"endDateTime"`
	// Added and Removed are who did it; null where the log does not tell.
	Added   *ChangedBy `json:"added"`
	Removed *ChangedBy `json:"removed"`
	// FirstUse and LastUse are the first and last sign-in that worked, as far as the
	// logs reach back; null where they have none.
	FirstUse *time.Time `json:"firstUse"`
	LastUse  *time.Time `json:"lastUse"`
	// SignIns are by address and outcome.
	SignIns []SignIns `json:"signIns"`
	// Reasons are what is suspicious about it, by ID; see docs/scan.md.
	Reasons []Reason `json:"reasons"`
	// Events are all of that in order of time.
	Events []StoryEvent `json:"events"`
}

// SignIns are those of one address with one outcome.
type SignIns struct {
	IPAddress *string `json:"ipAddress"`
	// ErrorCode is that of AADSTS, null for sign-ins that worked.
	ErrorCode *string   `json:"errorCode"`
	First     time.Time `json:"first"`
	Last      time.Time `json:"last"`
	Count     int       `json:"count"`
	// Resources are what was signed in to, at most 20.
	Resources []string `json:"resources"`
	// FailureReason is what the log says of a refusal.
	FailureReason *string `json:"failureReason,omitempty"`
}

// StoryEvent is one thing that happened.
type StoryEvent struct {
	DateTime time.Time `json:"dateTime"`
	Event    string    `json:"event" jsonschema:"enum=added,enum=removed,enum=expired,enum=used,enum=lastUsed,enum=refused"`
	// By is who added or removed it.
	By *ChangedBy `json:"by,omitempty"`
	// SignIns are those that begin here.
	SignIns *SignIns `json:"signIns,omitempty"`
}

// IncidentSource is a log or a listing that was read, or was to be.
type IncidentSource struct {
	Source string `json:"source" jsonschema:"enum=auditLog,enum=signInLog,enum=activityReport,enum=credentials,enum=deletedApplications"`
	// Status is whole, partial where a bound or an error cut it short, unreadable, or
	// notAsked where nothing led there.
	Status string `json:"status" jsonschema:"enum=whole,enum=partial,enum=unreadable,enum=notAsked"`
	// From is the time before which it cannot tell anything; null where it knows no
	// time.
	From *time.Time `json:"from"`
	// Meaning says what cannot be told for that reason, or null.
	Meaning msg.Text `json:"meaning"`
}

// SourceText is the name of a source of an incident's report.
func SourceText(source string) msg.Text {
	switch source {
	case "auditLog":
		return msg.New("audit log")
	case "signInLog":
		return msg.New("sign-in log")
	case "activityReport":
		return msg.New("credential activity report")
	case "credentials":
		return msg.New("credentials")
	case "deletedApplications":
		return msg.New("deleted applications")
	}
	return msg.Literal(source)
}
