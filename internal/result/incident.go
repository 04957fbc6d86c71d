package result

import (
	"time"

	"github.com/spcheck/spcheck/internal/msg"
)

// Incident is the report of spcheck scan --incident: what a tenant's logs say about one
// credential, or about all credentials of one application.
type Incident struct {
	Header
	// Asked is what the user asked for, as typed.
	Asked  string  `json:"asked"`
	Tenant string  `json:"tenant"`
	Reader *string `json:"reader"`
	// Objects are those that have, or had, the credentials.
	Objects []IncidentObject `json:"objects"`
	// Histories has one entry per credential and object, the earliest first.
	Histories []History `json:"stories"`
	// Unnamed are sign-ins of the applications where the log does not name the
	// credential.
	Unnamed []SignIns `json:"unnamed"`
	// Sources say which logs were read, how far back they go, and which were not read.
	Sources []IncidentSource `json:"sources"`
	Notes   []msg.Text       `json:"notes"`
}

// IncidentObject is an application or service principal.
type IncidentObject struct {
	ObjectID    string  `json:"objectId"`
	ObjectKind  *string `json:"objectKind" jsonschema:"enum=application,enum=servicePrincipal"`
	AppID       *string `json:"appId"`
	DisplayName *string `json:"displayName"`
	// State says whether the object exists in the tenant: listed, deleted (it can be
	// restored for 30 days), gone, or unknown if that could not be read.
	State string `json:"state" jsonschema:"enum=listed,enum=deleted,enum=gone,enum=unknown"`
	// Privileges are the powerful permissions and roles of the application. They are absent
	// if they are not known.
	Privileges *[]string `json:"privileges,omitempty"`
}

// History is the history of one credential on one object.
type History struct {
	KeyID string `json:"keyId"`
	// ObjectID is null if only the sign-in log mentions the credential.
	ObjectID    *string `json:"objectId"`
	ObjectKind  *string `json:"objectKind" jsonschema:"enum=application,enum=servicePrincipal"`
	AppID       *string `json:"appId"`
	DisplayName *string `json:"displayName"`
	KeyName     *string `json:"keyName"`
	Kind        *string `json:"kind" jsonschema:"enum=password,enum=certificate,enum=federated"`
	Issuer      *string `json:"issuer,omitempty"`
	Subject     *string `json:"subject,omitempty"`
	// State says whether the object has the credential now: listed, gone, or unknown if
	// that could not be read.
	State       string     `json:"state" jsonschema:"enum=listed,enum=gone,enum=unknown"`
	StartDate   *time.Time `json:"startDateTime"`
	EndDateTime *time.Time `json:"endDateTime"`
	// Added and Removed say who added and removed the credential; null if the log does
	// not say.
	Added   *ChangedBy `json:"added"`
	Removed *ChangedBy `json:"removed"`
	// FirstUse and LastUse are the first and the last successful sign-in in the logs;
	// null if there is none.
	FirstUse *time.Time `json:"firstUse"`
	LastUse  *time.Time `json:"lastUse"`
	// SignIns are grouped by address and outcome.
	SignIns []SignIns `json:"signIns"`
	// Reasons say what is suspicious about the credential, by ID; see docs/scan.md.
	Reasons []Reason `json:"reasons"`
	// Events lists the additions, removals, sign-ins and the expiry in chronological order.
	Events []HistoryEvent `json:"events"`
}

// SignIns are the sign-ins from one address with one outcome.
type SignIns struct {
	IPAddress *string `json:"ipAddress"`
	// ErrorCode is the AADSTS code, null for successful sign-ins.
	ErrorCode *string   `json:"errorCode"`
	First     time.Time `json:"first"`
	Last      time.Time `json:"last"`
	Count     int       `json:"count"`
	// Resources are the resources that were signed in to, at most 20.
	Resources []string `json:"resources"`
	// FailureReason is the reason for a refusal, absent if the log has none.
	FailureReason *string `json:"failureReason,omitempty"`
}

// HistoryEvent is an event in a History, in chronological order.
type HistoryEvent struct {
	DateTime time.Time `json:"dateTime"`
	Event    string    `json:"event" jsonschema:"enum=added,enum=removed,enum=expired,enum=used,enum=lastUsed,enum=refused"`
	// By is who added or removed the credential.
	By *ChangedBy `json:"by,omitempty"`
	// SignIns are the sign-ins that begin at this time.
	SignIns *SignIns `json:"signIns,omitempty"`
}

// IncidentSource is a log or a list that the report uses.
type IncidentSource struct {
	Source string `json:"source" jsonschema:"enum=auditLog,enum=signInLog,enum=activityReport,enum=credentials,enum=deletedApplications"`
	// Status is whole, partial if a limit or an error cut it short, unreadable, or
	// notAsked if it was not needed.
	Status string `json:"status" jsonschema:"enum=whole,enum=partial,enum=unreadable,enum=notAsked"`
	// From is the earliest time that the source covers; null if it has no such limit.
	From *time.Time `json:"from"`
	// Meaning says what remains unknown because of that, or null.
	Meaning msg.Text `json:"meaning"`
}
