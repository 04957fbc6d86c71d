package aadsts_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/spcheck/spcheck/internal/aadsts"
)

const expired = "AADSTS7000222: The provided client secret keys for app '11111111-aaaa-4bbb-8ccc-00000000000a' are expired. Trace ID: 22222222-0000-4000-8000-00000000000a Correlation ID: 33333333-0000-4000-8000-00000000000a Timestamp: 2026-02-03 04:05:06Z\n"

func find(t testing.TB, r io.Reader) []aadsts.Match {
	t.Helper()
	matches, err := aadsts.Find(context.Background(), r)
	if err != nil {
		t.Fatal(err)
	}
	return matches
}

// A message is found completely, even at the border of two windows.
func TestMessageAcrossWindows(t *testing.T) {
	for _, before := range []int{65536 - 400, 65536 - 200, 65536 - 100, 65536 - 8, 65536, 65536 + 8192 - 100, 65536 + 8192 - 3, 131072 - 50} {
		filler := strings.Repeat("all is well here\n", before/17+1)[:before]
		matches := find(t, strings.NewReader(filler+"\n"+expired+filler))
		if len(matches) != 1 {
			t.Fatalf("%d bytes in front: %d matches", before, len(matches))
		}
		m := matches[0]
		if m.Count != 1 || m.TraceID == "" || m.CorrelationID == "" || m.Timestamp == nil || m.AppID == "" {
			t.Errorf("%d bytes in front: incomplete: %+v", before, m)
		}
		if want := strings.Count(filler, "\n") + 2; m.Line != want {
			t.Errorf("%d bytes in front: line %d, want %d", before, m.Line, want)
		}
	}
}

// endless returns n bytes of a repeated pattern without storing them.
type endless struct {
	pattern []byte
	left    int
	at      int
}

func (e *endless) Read(p []byte) (int, error) {
	if e.left == 0 {
		return 0, io.EOF
	}
	n := 0
	for n < len(p) && e.left > 0 {
		k := copy(p[n:min(len(p), n+e.left)], e.pattern[e.at:])
		n, e.left, e.at = n+k, e.left-k, (e.at+k)%len(e.pattern)
	}
	return n, nil
}

// Memory use does not grow with the length of a log.
func TestMemoryIsBounded(t *testing.T) {
	line := strings.Repeat("2026-01-01T00:00:00Z INFO nothing to see, appId, timestamp and errors of others\n", 100) + expired
	measure := func(size int) uint64 {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		matches := find(t, &endless{pattern: []byte(line), left: size})
		runtime.GC()
		runtime.ReadMemStats(&after)
		if len(matches) != 1 {
			t.Fatalf("%d matches", len(matches))
		}
		return max(after.HeapAlloc, before.HeapAlloc) - before.HeapAlloc
	}
	if grown := measure(32 << 20); grown > 8<<20 {
		t.Errorf("%d bytes stayed in use after 32 MiB of log", grown)
	}
}

func TestManyCodesInOneLine(t *testing.T) {
	var b strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&b, "AADSTS%d ", 1_000_000+i*37)
	}
	matches, err := aadsts.FindString(b.String())
	if !errors.Is(err, aadsts.ErrTooMany) || len(matches) != 1000 {
		t.Errorf("%d matches and %v, want 1000 and ErrTooMany", len(matches), err)
	}
	same := find(t, strings.NewReader(strings.Repeat("AADSTS50034 ", 10_000)))
	if len(same) != 1 || same[0].Count != 10_000 {
		t.Errorf("10000 repeats of one code became %d matches", len(same))
	}
}

func TestUTF16(t *testing.T) {
	units := utf16.Encode([]rune("Fehler für Größe\r\n" + expired))
	for name, order := range map[string]binary.AppendByteOrder{"little": binary.LittleEndian, "big": binary.BigEndian} {
		for _, bom := range []bool{true, false} {
			var text []byte
			if bom {
				text = order.AppendUint16(text, 0xfeff)
			}
			for _, u := range units {
				text = order.AppendUint16(text, u)
			}
			matches := find(t, bytes.NewReader(text))
			if len(matches) != 1 || matches[0].Line != 2 || matches[0].AppID == "" {
				t.Errorf("%s endian, mark %v: %+v", name, bom, matches)
			}
		}
	}
}

// Rotated logs are compressed, PowerShell appends UTF-16 to other encodings, and older German
// programs write Windows-1252.
func TestOtherEncodings(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := io.WriteString(w, "first\n"+expired); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	appended := []byte("plain text\n")
	for _, u := range utf16.Encode([]rune(expired)) {
		appended = binary.LittleEndian.AppendUint16(appended, u)
	}
	for name, text := range map[string][]byte{
		"gzip": packed.Bytes(), "UTF-16 behind ASCII": appended, "Windows-1252": []byte("Schl\xfcssel\n" + expired),
	} {
		matches := find(t, bytes.NewReader(text))
		if len(matches) != 1 || matches[0].Line != 2 || matches[0].AppID == "" || matches[0].TraceID == "" {
			t.Errorf("%s: %+v", name, matches)
		}
	}
	if m := find(t, strings.NewReader("AADSTS7000215: Ung\xfcltiger geheimer Clientschl\xfcssel angegeben")); !strings.HasSuffix(m[0].Excerpt, "Ungültiger geheimer Clientschlüssel angegeben") {
		t.Errorf("umlauts of Windows-1252 are shown as %q", m[0].Excerpt)
	}
}

func TestHostileTextIsNeutral(t *testing.T) {
	for name, text := range map[string]string{
		"control":       "\x00\x1b[2J\x07AADSTS700016: Application with identifier '\x1b]0;owned\x07evil' was not found in the directory '\u202egnp.exe'\x00",
		"invalid utf-8": "\xff\xfe\xfdAADSTS7000215: Invalid \xc3\x28 client \xa0\xa1 secret",
		"binary":        "\x7fELF\x02\x01\x00" + strings.Repeat("\x00\xff\x80", 2000) + "AADSTS50034\x00\x01",
		"no time":       "AADSTS700024: Client assertion is not within its valid time range. Current time: 2026-01-01T00:00:00Z, assertion valid from 2026-99-99T00:00:00Z, expiry time of assertion 2026-01-02T00:00:00Z.",
		"long value":    "AADSTS700016: Application with identifier '" + strings.Repeat("A", 100_000) + "' was not found",
	} {
		for _, m := range find(t, strings.NewReader(text)) {
			for _, s := range []string{m.Excerpt, m.AppID, m.Tenant, m.Details.Reason} {
				if !utf8.ValidString(s) || strings.ContainsAny(s, "\x00\x1b\x07\n\r\u202e") || utf8.RuneCountInString(s) > 300 {
					t.Errorf("%s: not neutral: %q", name, s)
				}
			}
		}
	}
}

// The text next to a message may be secret. The excerpt never repeats it.
func TestExcerptHoldsNoSecret(t *testing.T) {
	secret := "Zx9" + "8Q~" + strings.Repeat("madeup", 5) + ".a"
	token := "eyJ" + strings.Repeat("hbGciOiJub25lIn0", 3) + ".e30.x"
	for _, text := range []string{
		"AADSTS7000215: Invalid client secret. client_secret=" + secret + "&scope=x",
		"AADSTS7000215: refused, \"clientSecret\": \"" + secret + "\"",
		"AADSTS7000215: sent " + secret,
		"AADSTS700027: client_assertion=" + token,
		"AADSTS700027: Authorization: Bearer " + token,
		"AADSTS50126: password: " + secret,
		"AADSTS700016: Application with identifier '" + secret + "' was not found in the directory '" + secret + "'.",
		"AADSTS500011: The resource principal named " + secret + " was not found in the tenant named x.",
	} {
		for _, m := range find(t, strings.NewReader(text)) {
			if all := fmt.Sprintf("%+v", m); strings.Contains(all, secret) || strings.Contains(all, token) {
				t.Errorf("the secret of %.30q… is repeated in %q", text, m.Excerpt)
			}
		}
	}
}

func TestCancelledAndFailingReaders(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := aadsts.Find(ctx, strings.NewReader(expired)); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled run returned %v", err)
	}
	broken := errors.New("disk on fire")
	matches, err := aadsts.Find(context.Background(), io.MultiReader(strings.NewReader(expired), failing{broken}))
	if !errors.Is(err, broken) || len(matches) != 0 && len(matches) != 1 {
		t.Errorf("a broken reader returned %v with %d matches", err, len(matches))
	}
}

// An interrupt ends the wait for input from a pipe.
func TestWaitingReaderIsLeft(t *testing.T) {
	silent, open := io.Pipe()
	defer open.Close()
	for name, read := range map[string]func(context.Context) error{
		"find": func(ctx context.Context) error { _, err := aadsts.Find(ctx, silent); return err },
		"explain": func(ctx context.Context) error {
			_, err := aadsts.Explain(ctx, silent, noon)
			return err
		},
	} {
		ctx, cancel := context.WithCancel(context.Background())
		time.AfterFunc(20*time.Millisecond, cancel)
		if err := read(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func FuzzFind(f *testing.F) {
	f.Add([]byte(expired))
	f.Add([]byte(`{"error_codes":[70002,50012],"x":"AADSTS70002: \\\\u0026quot;%253A AADSTS50012`))
	f.Add([]byte("AADSTS700024: 2026-01-01T00:00:00Z 2026-99-99T00:00:00Z 2026-01-02T00:00:00Z"))
	f.Add([]byte("\xff\xfeA\x00A\x00D\x00S\x00T\x00S\x007\x000\x000\x000\x002\x001\x005\x00"))
	f.Fuzz(func(t *testing.T, text []byte) {
		matches, err := aadsts.Find(context.Background(), bytes.NewReader(text))
		if err != nil && !errors.Is(err, aadsts.ErrTooMany) {
			t.Fatal(err)
		}
		for _, m := range matches {
			if m.Line < 1 || m.Count < 1 || !utf8.ValidString(m.Excerpt) || utf8.RuneCountInString(m.Excerpt) > 200 {
				t.Errorf("malformed match %+v", m)
			}
			for _, code := range m.Codes {
				if strings.Trim(code, "0123456789") != "" || len(code) < 5 || len(code) > 8 {
					t.Errorf("malformed code %q", code)
				}
			}
		}
	})
}
