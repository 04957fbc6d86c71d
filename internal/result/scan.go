package result

import (
	"iter"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
)

// Scan is the report of spcheck scan.
type Scan struct {
	Header
	// Partial is true if the scan ended early.
	Partial bool `json:"partial"`
	// Shard is the part of the tenants that was scanned with --shard, such as 1/4. Part
	// 0/4 is the same as 4/4. It is absent if all tenants were scanned.
	Shard   string       `json:"shard,omitempty"`
	Tenants []ScanTenant `json:"tenants"`
	Totals  ScanTotals   `json:"totals"`
	// Changes compares with an earlier scan, null if there was no baseline.
	Changes *ScanChanges `json:"changes"`
	// Notification describes the messages that were sent, absent without --notify.
	Notification *Notification `json:"notification,omitempty"`
	Findings     []Finding     `json:"findings"`
	// Inventory lists every credential that was checked, so that a later scan can be
	// compared with this one.
	Inventory []InventoryItem `json:"inventory"`

	// Rules are the texts about rules, by ID.
	Rules     map[string]RuleText `json:"-"`
	findings  iter.Seq2[*Finding, error]
	inventory iter.Seq2[*InventoryItem, error]
}

// ScanTenant describes what was read of one tenant.
type ScanTenant struct {
	Tenant   string   `json:"tenant"`
	Status   Status   `json:"status" jsonschema:"enum=ok,enum=warning,enum=critical,enum=unknown"`
	Profiles []string `json:"profiles"` // of this tenant in the config file
	Reader   *string  `json:"reader"`   // the identity that read the tenant
	// Applications, ServicePrincipals and Credentials count what was read, even if the
	// rest could not be.
	Applications      int `json:"applications"`
	ServicePrincipals int `json:"servicePrincipals"`
	Credentials       int `json:"credentials"`
	// Error says why not everything could be read, or null.
	Error msg.Text   `json:"error"`
	Notes []msg.Text `json:"notes,omitempty"`
	// DurationMs is the time it took to read the tenant, in milliseconds.
	DurationMs int64 `json:"durationMs"`
}

// Severity of a finding. Info never changes the exit code.
type Severity string

// The severities.
const (
	SevInfo     Severity = "info"
	SevWarning  Severity = "warning"
	SevCritical Severity = "critical"
)

// Finding is one finding of a rule. KeyID and the other fields about a credential are
// null if the finding is about the whole object.
type Finding struct {
	Rule        string   `json:"rule"`
	Severity    Severity `json:"severity" jsonschema:"enum=info,enum=warning,enum=critical"`
	Tenant      string   `json:"tenant"`
	ObjectID    string   `json:"objectId"`
	AppID       *string  `json:"appId"`
	DisplayName *string  `json:"displayName"`
	ObjectKind  string   `json:"objectKind" jsonschema:"enum=application,enum=servicePrincipal"`
	KeyID       *string  `json:"keyId"`
	KeyName     *string  `json:"keyName"`
	Kind        *string  `json:"kind" jsonschema:"enum=password,enum=certificate,enum=federated"`
	// Purpose is what the credential is for, absent if the finding is not about a
	// credential.
	Purpose     Purpose    `json:"purpose,omitempty" jsonschema:"enum=signIn,enum=samlSigning,enum=tokenEncryption,enum=platformManaged,enum=agent"`
	StartDate   *time.Time `json:"startDateTime"`
	EndDateTime *time.Time `json:"endDateTime"`
	DaysLeft    *int       `json:"daysLeft"` // whole days, rounded down; negative after expiry
	// Status is the credential's status, null if it is unknown or the finding is not about
	// a credential.
	Status CredentialStatus `json:"status" jsonschema:"enum=valid,enum=expiring,enum=expired,enum=notYetValid,enum=neverExpires"`
	// Policy is the restriction that the credential would violate, for findings about
	// app management policies.
	Policy *PolicyBreach `json:"policy,omitempty"`
	// ChangedBy is who added the credential, for findings about new credentials.
	ChangedBy *ChangedBy `json:"changedBy,omitempty"`
	// Reasons say why the finding should be looked at first; absent if there are none.
	Reasons []Reason `json:"reasons,omitempty"`
	// Privileges are the application's powerful Microsoft Graph permissions and
	// directory roles; absent if they were not read.
	Privileges *[]string `json:"privileges,omitempty"`
	// Owners are the owners of the object: null if they could not be read or were not
	// requested, empty if nobody owns it. MoreOwners counts the owners beyond 100.
	Owners     *[]Owner `json:"owners"`
	MoreOwners int      `json:"moreOwners,omitempty"` // absent if there are none
	// Notes is the notes property of the object, a free text of its administrators.
	Notes *string `json:"notes,omitempty"`
}

// PolicyBreach is a restriction of an app management policy that the credential would
// violate if it were added now.
type PolicyBreach struct {
	ID          string  `json:"id"`
	DisplayName string  `json:"displayName"`
	Restriction string  `json:"restriction"` // restrictionType, such as passwordLifetime
	MaxLifetime *string `json:"maxLifetime"` // ISO 8601 duration, null for other restrictions
	// Starts is when the restriction takes effect, null if it is in force.
	Starts *time.Time `json:"starts"`
	// Exempts is true if the restriction exempts callers with certain attributes.
	Exempts bool `json:"exempts"`
}

// ScanTotals are counts over all tenants.
type ScanTotals struct {
	Tenants           int `json:"tenants"`
	TenantsUnknown    int `json:"tenantsUnknown"`
	Applications      int `json:"applications"`
	ServicePrincipals int `json:"servicePrincipals"`
	Credentials       int `json:"credentials"`
	Findings          int `json:"findings"`
	Critical          int `json:"critical"`
	Warning           int `json:"warning"`
	Info              int `json:"info"`
	// ByRule counts findings by rule ID.
	ByRule map[string]int `json:"byRule"`
	// Excluded counts credentials and findings that were left out, by reason.
	Excluded      map[string]int `json:"excluded"`
	Pages         int            `json:"pages"`         // read from Microsoft Graph
	ResourceUnits int            `json:"resourceUnits"` // that the requests cost, as Microsoft Graph counts them
	Throttled     int            `json:"throttled"`     // requests that Microsoft Graph throttled
	DurationMs    int64          `json:"durationMs"`
}

// RuleReplaced is the scan rule for a credential that expires soon while a longer-lived
// one exists. Its findings have severity info, but the scan's status is warning,
// because a valid credential expires within the window.
const RuleReplaced = "ending-replaced"

// Warns reports whether the status of the scan is at least a warning.
func (t ScanTotals) Warns() bool { return t.Warning > 0 || t.ByRule[RuleReplaced] > 0 }

// InventoryItem is one credential in short form.
type InventoryItem struct {
	Tenant      string     `json:"tenant"`
	ObjectID    string     `json:"objectId"`
	AppID       *string    `json:"appId"`
	DisplayName *string    `json:"displayName"`
	ObjectKind  string     `json:"objectKind" jsonschema:"enum=application,enum=servicePrincipal"`
	KeyID       string     `json:"keyId"`
	Kind        string     `json:"kind" jsonschema:"enum=password,enum=certificate"`
	Purpose     Purpose    `json:"purpose,omitempty" jsonschema:"enum=signIn,enum=samlSigning,enum=tokenEncryption,enum=platformManaged,enum=agent"`
	EndDateTime *time.Time `json:"endDateTime"`
	// Replaced is true if the credential needs no renewal: it has expired and the
	// application has another usable one, or it expires soon and one of the same kind
	// lasts longer.
	Replaced bool `json:"replaced"`
	// Excluded is true if the config file excludes the expiry of this credential.
	// Metrics and calendars leave it out too.
	Excluded bool `json:"excluded"`
}

// Name returns the display name of the object, or its ID.
func (i *InventoryItem) Name() string { return named(i.DisplayName, &i.ObjectID) }

// ScanChanges describes the changes since an earlier scan.
type ScanChanges struct {
	// Since is the time of the earlier scan.
	Since time.Time `json:"since"`
	// New counts added credentials on objects whose earlier credentials remain.
	New int `json:"new"`
	// Renewed counts added credentials that follow one that expired, expires soon or was
	// removed.
	Renewed int `json:"renewed"`
	Gone    int `json:"gone"` // removed credentials
	// List has the changes, at most 10,000.
	List []ScanChange `json:"list"`
}

// ScanChange is one credential that was added or removed.
type ScanChange struct {
	Change string        `json:"change" jsonschema:"enum=new,enum=renewed,enum=gone"`
	Item   InventoryItem `json:"credential"`
	// By is who made the change, absent if the audit log does not say.
	By *ChangedBy `json:"by,omitempty"`
	// Reasons say why the change should be looked at first; absent if there are none.
	Reasons []Reason `json:"reasons,omitempty"`
}
