package kept

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spcheck/spcheck/internal/objects"
)

func sample(i int) *objects.Changed {
	at := time.Date(2026, 5, 4, 12, 0, 0, 123456700, time.UTC)
	return &objects.Changed{Has: objects.HasAppID | objects.HasPasswords, Listed: objects.Listed{
		ID: fmt.Sprintf("00000000-0000-4000-8000-%012x", i), AppID: "no GUID", DisplayName: "Grüße", Kind: objects.OnApplication,
		Type: "Application", OwnerTenant: "f8cdef31-a31e-4b4a-93e4-5f571e91255a", Disabled: i%2 == 0, Agent: i%3 == 0, Created: at,
		Credentials: []objects.ListedCredential{
			{KeyID: "f8cdef31-a31e-4b4a-93e4-5f571e912550", Name: "", Kind: objects.Password, Hint: "…", Start: at, End: at.AddDate(9000, 0, 0)},
			{KeyID: "", Kind: objects.Certificate, Identifier: "aGVsbG8=", Usage: "Sign", Thumbprint: "AB", Symmetric: true, Malformed: true},
		}}}
}

func stateOf(t testing.TB, n int) []byte {
	t.Helper()
	var b bytes.Buffer
	w := newWriter(&b)
	for i := range n {
		w.Add(Applications, Append(nil, sample(i)))
	}
	if err := w.end(&Head{}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func readAll(data []byte) (out []*objects.Changed, err error) {
	s, err := openState(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	r := Reader{Kind: objects.OnApplication}
	for i := range collections {
		err = errors.Join(err, s.Records(i, func(record []byte) error {
			o, err := r.Read(record)
			if err == nil && string(RawID(record)) != IDOf(o.ID) {
				return errRecord
			}
			out = append(out, o)
			return err
		}))
	}
	return out, err
}

func TestStateGivesBackWhatItTook(t *testing.T) {
	const n = 5000 // several frames
	got, err := readAll(stateOf(t, n))
	if err != nil || len(got) != n {
		t.Fatalf("%d of %d records: %v", len(got), n, err)
	}
	for i, o := range got {
		if d := cmp.Diff(sample(i), o); d != "" {
			t.Fatal(d)
		}
	}
}

// A state that is cut off anywhere, or has any wrong byte, is rejected.
func TestDamageIsNoticed(t *testing.T) {
	data := stateOf(t, 20)
	for i := range data {
		if _, err := readAll(data[:i]); err == nil {
			t.Fatalf("the first %d of %d bytes are taken for a whole state", i, len(data))
		}
		turned := bytes.Clone(data)
		turned[i] ^= 0x10
		if _, err := readAll(turned); err == nil {
			t.Fatalf("a state with byte %d of %d turned is taken for a whole one", i, len(data))
		}
	}
}

// FuzzRecord checks that reading a record can only fail with an error.
func FuzzRecord(f *testing.F) {
	f.Add(Append(nil, sample(1)))
	f.Add([]byte{1, 2, 3, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1})
	f.Fuzz(func(t *testing.T, record []byte) {
		r := Reader{Kind: objects.OnApplication}
		o, err := r.Read(record)
		RawID(record)
		if err != nil {
			return
		}
		again, err := r.Read(Append(nil, o))
		if err != nil || cmp.Diff(o, again) != "" {
			t.Errorf("%v %s", err, cmp.Diff(o, again))
		}
	})
}

// FuzzState checks the same for whole states.
func FuzzState(f *testing.F) {
	f.Add(stateOf(f, 3))
	f.Fuzz(func(_ *testing.T, data []byte) { _, _ = readAll(data) })
}
