package result

import (
	"iter"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
)

// Scan is the report of spcheck scan.
type Scan struct {
	Header
	// Partial says that the scan was ended before it was done, so that what is
	// missing here was not looked at.
	Partial bool `json:"partial"`
	// Shard is the part of the tenants that was to be scanned, such as 0/4, which is
	// the first as well as the fourth of four by --shard; absent where all were.
	Shard   string       `json:"shard,omitempty"`
	Tenants []ScanTenant `json:"tenants"`
	Totals  ScanTotals   `json:"totals"`
	// Changes compares with an earlier scan, null where none was given.
	Changes *ScanChanges `json:"changes"`
	// Notification is what was sent to people, absent without --notify.
	Notification *Notification `json:"notification,omitempty"`
	Findings     []Finding     `json:"findings"`
	// Inventory lists every credential that was judged, so that a later scan can
	// be compared with this one.
	Inventory []InventoryItem `json:"inventory"`

	// Rules are what people are told about the rules, by ID.
	Rules     map[string]RuleText `json:"-"`
	findings  iter.Seq2[*Finding, error]
	inventory iter.Seq2[*InventoryItem, error]
}

// ScanTenant is what was read of one tenant.
type ScanTenant struct {
	Tenant string `json:"tenant"`
	Status Status `json:"status" jsonschema:"enum=ok,enum=warning,enum=critical,enum=unknown"`
	// Profiles of the config file that stand for the tenant, Reader who read it.
	Profiles []string `json:"profiles"`
	Reader   *string  `json:"reader"`
	// Applications, ServicePrincipals and Credentials count what was read, also
	// where the rest could not be.
	Applications      int `json:"applications"`
	ServicePrincipals int `json:"servicePrincipals"`
	Credentials       int `json:"credentials"`
	// Error is why not everything could be read, or null.
	Error msg.Text `json:"error"`
	// Notes are what a reader of the findings must know.
	Notes []msg.Text `json:"notes,omitempty"`
	// DurationMs is how long the tenant took.
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

// Finding is one thing that a rule found. KeyID and what follows about a
// credential are null where the finding is about the object as a whole.
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
	// Purpose is what the credential is for, left out where the finding is about none.
	Purpose     Purpose    `json:"purpose,omitempty" jsonschema:"enum=signIn,enum=samlSigning,enum=tokenEncryption,enum=platformManaged,enum=agent"`
	StartDate   *time.Time `json:"startDateTime"`
	EndDateTime *time.Time `json:"endDateTime"`
	DaysLeft    *int       `json:"daysLeft"`
	// Status is that of the credential, null where it could not be told.
	Status CredentialStatus `json:"status" jsonschema:"enum=valid,enum=expiring,enum=expired,enum=notYetValid,enum=neverExpires"`
	// Policy is the restriction that the credential would break, of a finding about
	// app management policies.
	Policy *PolicyBreach `json:"policy,omitempty"`
	// ChangedBy is who added the credential, of a finding that it appeared.
	ChangedBy *ChangedBy `json:"changedBy,omitempty"`
	// Reasons are why it is to be looked at first, where there are any.
	Reasons []Reason `json:"reasons,omitempty"`
	// Privileges are powerful permissions on Microsoft Graph and directory roles that the
	// application holds: left out where they were not read.
	Privileges *[]string `json:"privileges,omitempty"`
	// Owners are those of the object: null where they could not be read or were not
	// asked for, empty where nobody owns it. MoreOwners counts those beyond 100.
	Owners     *[]Owner `json:"owners"`
	MoreOwners int      `json:"moreOwners,omitempty"`
	// Notes are the object's own, a free text of its administrators.
	Notes *string `json:"notes,omitempty"`
}

// PolicyBreach is a restriction of an app management policy that a credential would
// break if it were added.
type PolicyBreach struct {
	ID          string `json:"id"`
	DisplayName string `json:"displayName"`
	// Restriction is the restrictionType, such as passwordLifetime; MaxLifetime an ISO
	// 8601 duration where the restriction is one of the lifetime.
	Restriction string  `json:"restriction"`
	MaxLifetime *string `json:"maxLifetime"`
	// Starts is when the restriction starts, null where it is in force.
	Starts *time.Time `json:"starts"`
	// Exempts says that the restriction spares callers with certain attributes.
	Exempts bool `json:"exempts"`
}

// ScanTotals counts over all tenants.
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
	// ByRule counts findings by their rule's ID.
	ByRule map[string]int `json:"byRule"`
	// Excluded counts credentials and findings that were left out, by reason.
	Excluded map[string]int `json:"excluded"`
	// Pages, ResourceUnits and Throttled count what was asked of Microsoft Graph.
	Pages         int   `json:"pages"`
	ResourceUnits int   `json:"resourceUnits"`
	Throttled     int   `json:"throttled"`
	DurationMs    int64 `json:"durationMs"`
}

// RuleReplaced is the scan rule that finds a credential which expires soon beside a
// longer-lived one. Its findings are for information, and yet a state of warning:
// a credential that is valid now expires within the window.
const RuleReplaced = "ending-replaced"

// Warns reports whether the scan as a whole is a warning at least.
func (t ScanTotals) Warns() bool { return t.Warning > 0 || t.ByRule[RuleReplaced] > 0 }

// InventoryItem is one credential in short.
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
	// Replaced says that the credential has expired while another one of the same
	// application is usable, or expires soon while one of the same kind lasts longer:
	// it needs no renewal.
	Replaced bool `json:"replaced"`
	// Excluded says that the config file leaves out that the credential ends or has
	// ended, so that metrics and calendars are silent about it, too.
	Excluded bool `json:"excluded"`
}

// ScanChanges says what changed since an earlier scan.
type ScanChanges struct {
	// Since is when the earlier scan was made.
	Since time.Time `json:"since"`
	// New credentials are on objects whose earlier ones continue, renewed ones
	// follow an earlier one that ended, ends soon or is gone.
	New     int `json:"new"`
	Renewed int `json:"renewed"`
	Gone    int `json:"gone"`
	// List names the changes, at most 10,000 of them.
	List []ScanChange `json:"list"`
}

// ScanChange is one credential that came or went.
type ScanChange struct {
	Change string        `json:"change" jsonschema:"enum=new,enum=renewed,enum=gone"`
	Item   InventoryItem `json:"credential"`
	// By is who did it, left out where the audit log does not tell.
	By *ChangedBy `json:"by,omitempty"`
	// Reasons are why it is to be looked at first, where there are any.
	Reasons []Reason `json:"reasons,omitempty"`
}
