package result

import (
	"iter"
	"slices"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
)

// Kind names the command that a result belongs to, which is also the name of
// its JSON Schema.
type Kind string

// Report is the result of a command. Package report writes it in every format
// that its further methods allow: those of Judged, Tabular, Dated, Measured and
// Streamed.
type Report interface {
	Kind() Kind
	// Head is the header, to be changed in place.
	Head() *Header
	// Failed makes this the report of a run that failed as a whole.
	Failed(Header)
	// Document is what people read. The error is that of reading back what was
	// too long for memory.
	Document(View) (*Document, error)
}

// Reports returns an empty report of each kind; it is the only place that lists
// them.
func Reports() []Report {
	return []Report{&Diagnosis{}, &SecretList{}, &Explanation{}, &Renewal{}, &CertificateRenewal{}, &Removal{}, &Federation{}, &Plan{}, &Apply{}, &Where{}, &Incident{}, &Scan{}}
}

// New is an empty report of a kind, or nil.
func New(kind Kind) Report {
	all := Reports()
	if i := slices.IndexFunc(all, func(r Report) bool { return r.Kind() == kind }); i >= 0 {
		return all[i]
	}
	return nil
}

// Head is the header itself.
func (h *Header) Head() *Header { return h }

// Failed takes the header of the failed run over.
func (h *Header) Failed(of Header) { *h = of }

// View says how much of a report is to be seen.
type View struct {
	// Rows is the most that a long table shows.
	Rows int
	// All shows also what is for information only.
	All bool
	// GroupBy is what findings are grouped by: GroupByOwner and so on, or empty for
	// the rule.
	GroupBy string
}

// What the findings of a scan can be grouped by, beside the rule.
const (
	GroupByOwner       = "owner"
	GroupByApplication = "application"
	GroupByTenant      = "tenant"
)

// Judged is a report that has cases, for the formats that machines collect.
type Judged interface {
	Report
	Survey() (*Survey, error)
}

// Tabular is a report that is a table of data: columns named as in JSON, and
// lines of as many values. A value is a string, a number, a time, a msg.Text or
// a pointer to one of these.
type Tabular interface {
	Report
	Columns() []string
	Lines() iter.Seq2[[]any, error]
}

// Dated is a report that knows expiry dates.
type Dated interface {
	Report
	Expiries() iter.Seq2[Expiry, error]
}

// Expiry is a credential that expires, with the application that it belongs to.
type Expiry struct {
	AppID, Name string
	Credential
}

// Measured is a report that has metrics beside its status and time.
type Measured interface {
	Report
	// MetricLabels are on every sample, so that the files of several
	// applications do not collide.
	MetricLabels() [][2]string
	Metrics() iter.Seq2[Metric, error]
}

// Metric is one sample of a gauge. Labels are pairs of a name and a value.
type Metric struct {
	Name, Help string
	Value      float64
	Labels     [][2]string
}

// Streamed is a report with lists that may be too long for memory. Streams
// returns a copy without them, the lists by the names of their fields in JSON, and
// what closes a report that is an element of the first of them a line.
type Streamed interface {
	Report
	Streams() (head Report, lists []Stream, closing any)
}

// A Stream is a long list and its field in JSON.
type Stream struct {
	Field string
	Each  iter.Seq2[any, error]
}

// Survey is all that a report looked at, and what they are about.
type Survey struct {
	Tenant, AppID, Name string
	// Cases start with the report as a whole.
	Cases []Case
	// Data is for the graphs of monitoring systems.
	Data []Datum
}

// A Case is one thing that was looked at: a test case of JUnit, a result of SARIF,
// an annotation of GitHub.
type Case struct {
	// Rule is a stable ID: of a root cause, a check or a state of a credential.
	// About and Help say of it what holds for every case.
	Rule        string
	About, Help msg.Text
	// Object distinguishes outcomes of one rule, such as a key ID.
	Object string
	Title  msg.Text
	Grade  Grade
	// Message says in a sentence what was found, Next what to do in a line, Detail
	// all the rest.
	Message, Next msg.Text
	Detail        []msg.Text
	// Tenant, AppID and Name are those of the object, where they are not the
	// survey's.
	Tenant, AppID, Name string
	// Follows is the title of the check that this failure follows from. Told says
	// that the first case tells of it already.
	Follows msg.Text
	Told    bool
	Took    time.Duration
}

// Grade is how a case is to be taken.
type Grade int

// The grades. Noted is worth knowing and harms nothing; open is a cause that the
// evidence does not exclude.
const (
	GradePass Grade = iota
	GradeNote
	GradeWarn
	GradeFail
	GradeUnknown
	GradeSkip
	GradeOpen
)

func gradeOf(s Status) Grade {
	switch s {
	case OK:
		return GradePass
	case Warning:
		return GradeWarn
	case Critical:
		return GradeFail
	}
	return GradeUnknown
}

// A Datum is a number by the monitoring-plugin convention. Value is U where it
// is not known; Warn is Window where the warning window is the bound.
type Datum struct{ Label, Value, Unit, Warn, Crit, Min string }

// Window stands for the warning window in days.
const Window = "window"

func (s *Survey) add(c Case) { s.Cases = append(s.Cases, c) }

// failed adds the case of a run that failed as a whole, where it did.
func (s *Survey) failed(f *Failure) bool {
	if f == nil {
		return false
	}
	s.add(Case{Rule: "run-failed", Title: msg.Literal("run"), Grade: GradeUnknown, Message: f.Message, Detail: f.Hints})
	return true
}

// each yields the elements of a list that lies in memory.
func each[T any](list []T) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for i := range list {
			if !yield(&list[i], nil) {
				return
			}
		}
	}
}

// inMemory is a sequence of what is known without reading anything.
func inMemory[T any](list []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, x := range list {
			if !yield(x, nil) {
				return
			}
		}
	}
}

// named is the first of some names that is not empty.
func named(names ...*string) string {
	for _, n := range names {
		if s := OrEmpty(n); s != "" {
			return s
		}
	}
	return ""
}

func literal(s *string) msg.Text { return msg.Literal(OrEmpty(s)) }
