// Package browser opens HTML reports in a real Chromium: what a browser does
// with a page cannot be read off its source.
package browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/report"
	"github.com/spcheck/spcheck/internal/result"
)

// patience is for a browser that starts on a busy machine.
const patience = 2 * time.Minute

// folder is for the files of all tests.
var folder string

func TestMain(m *testing.M) { os.Exit(testMain(m)) }

func testMain(m *testing.M) int {
	var err error
	if folder, err = os.MkdirTemp("", "spcheck-browser-*"); err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	defer func() { stop() }()
	return m.Run()
}

// started is the Chromium of all tests: to start one takes a second of CPU time.
var started = sync.OnceValues(start)

// stop ends it, if it was started.
var stop = func() {}

// errAbsent says that no Chromium is installed.
var errAbsent = errors.New("no Chromium is installed (Debian: apt-get install chromium)")

func start() (context.Context, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox,
			chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.UserDataDir(filepath.Join(folder, "profile")))
		ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
		ctx, _ = chromedp.NewContext(ctx)
		stop = func() {
			ending, ended := context.WithTimeout(ctx, 10*time.Second)
			defer ended()
			_ = chromedp.Cancel(ending) // and wait
			cancel()
		}
		return ctx, chromedp.Do(ctx)
	}
	return nil, errAbsent
}

// browser opens a tab for the time of the test, which shares nothing with the others.
func browser(t *testing.T) context.Context {
	t.Helper()
	ctx, err := started()
	if errors.Is(err, errAbsent) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := chromedp.NewContext(ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, patience)
	t.Cleanup(cancel)
	return ctx
}

// save writes a result as a page, and returns its address.
func save(t *testing.T, res result.Report, o report.Options) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "report.html")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := report.Write(f, "html", res, o); err != nil {
		t.Fatal(err)
	}
	return "file://" + filepath.ToSlash(path)
}

// do runs actions one after the other.
func do(ctx context.Context, t *testing.T, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.Fatal(err)
	}
}

// ask is the value of a JavaScript expression in the page.
func ask[T any](ctx context.Context, t *testing.T, expression string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// command is a command of the protocol that answers nothing.
func command[P any](c cdp.Command[P, cdp.Empty], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, c, params)
		return err
	})
}

func day(n int) *time.Time {
	return new(time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n))
}

// list is a service principal with credentials of the given names; each ends some
// days after the one before.
func list(names ...string) *result.SecretList {
	l := &result.SecretList{Header: result.Header{SchemaVersion: result.SchemaVersion, GeneratedAt: *day(0), Status: result.Warning, ExitCode: 1}}
	l.ServicePrincipal = &result.ServicePrincipal{ID: "5d0c8c36-9c0f-4a37-8a0e-5d6f2f0f8b11", DisplayName: new(names[0]), AccountEnabled: new(true)}
	for i, name := range names {
		left := (i * 37) % 130
		l.Credentials = append(l.Credentials, result.Credential{
			KeyID: new("a" + strings.Repeat("0", 7) + "-1111-4222-8333-44445555666" + string(rune('0'+i))), Kind: "password", StoredOn: "application",
			DisplayName: new(name), StartDateTime: day(-300), EndDateTime: day(left), DaysLeft: new(left), Status: result.Valid, Configured: new(i == 1),
		})
	}
	l.Credentials[1%len(names)].LastUsedDateTime, l.Credentials[2%len(names)].LastUsedDateTime = day(-30), day(-58)
	l.Notes = []msg.Text{msg.Literal(names[0])}
	return l
}

// A script that a name brings along must not run, and the page must ask nobody
// for anything. The policy alone would hold even if the escaping failed.
func TestHostileNamesDoNothing(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	address := save(t, list(
		`<script>document.title="owned"</script>`,
		`<img src="https://evil.example/x.png" onerror="document.title='owned'">`,
		`"><svg onload="document.title='owned'">`,
		`</style></script><script>document.title="owned"</script>`,
		`javascript:document.title="owned"`,
	), report.Options{})
	var seen events
	if err := chromedp.Listen(ctx, seen.note); err != nil {
		t.Fatal(err)
	}
	do(ctx, t, command(network.Enable, network.EnableParams{}), command(cdplog.Enable, cdp.Empty{}), chromedp.Navigate(address))
	title := ask[string](ctx, t, "document.title")
	if !strings.Contains(title, `<script>document.title="owned"</script>`) {
		t.Errorf("the title is %q, and not the name as it is", title)
	}
	if n := ask[int](ctx, t, `document.querySelectorAll("td img, td script, td svg, h1 *, li script").length`); n > 0 {
		t.Errorf("names made %d elements", n)
	}
	requests, complaints := seen.take()
	if len(requests) != 1 || requests[0] != address {
		t.Errorf("the page asked for %q", requests)
	}
	if len(complaints) > 0 {
		t.Errorf("the browser complained: %q", complaints)
	}
	// Were the escaping to fail one day, the policy would still hold.
	ran := ask[bool](ctx, t, `(() => {
		const s = document.createElement("script"); s.textContent = "window.owned = true"; document.body.appendChild(s);
		const d = document.createElement("div"); d.innerHTML = "<img src='https://evil.example/x' onerror='window.owned = true'>"; document.body.appendChild(d);
		const e = new Event("error"); d.firstChild.dispatchEvent(e);
		return window.owned === true })()`)
	if _, complaints := seen.take(); ran || !strings.Contains(strings.Join(complaints, " "), "Content Security Policy") {
		t.Errorf("an injected script ran: %v; the browser said %q", ran, complaints)
	}
}

// events are what the browser tells of a page.
type events struct {
	mu                   sync.Mutex
	requests, complaints []string
}

func (e *events) note(ev any) {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch ev := ev.(type) {
	case *network.EventRequestWillBeSent:
		e.requests = append(e.requests, ev.Request.URL)
	case *cdplog.EventEntryAdded:
		e.complaints = append(e.complaints, ev.Entry.Text)
	case *runtime.EventExceptionThrown:
		e.complaints = append(e.complaints, ev.ExceptionDetails.Text)
	}
}

// take returns what came in since the last time.
func (e *events) take() (requests, complaints []string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	requests, complaints = e.requests, e.complaints
	e.requests, e.complaints = nil, nil
	return requests, complaints
}

// column is a column of the rows that are shown.
func column(ctx context.Context, t *testing.T, n int) string {
	t.Helper()
	return ask[string](ctx, t, fmt.Sprintf(`Array.from(document.querySelectorAll("tbody tr:not([hidden])")).map(r => r.cells[%d].textContent.trim()).join(" ")`, n))
}

// By keyboard alone, as somebody without a mouse does it.
func TestTablesSortAndFilter(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	do(ctx, t, chromedp.Navigate(save(t, list("delta", "alpha", "charlie", "bravo", "echo"), report.Options{})))
	heads := ask[[]string](ctx, t, `Array.from(document.querySelectorAll("th")).map(h => h.textContent)`)
	name, days := slices.Index(heads, "name"), slices.Index(heads, "when")
	sort := func(n int) {
		do(ctx, t, chromedp.Focus(chromedp.CSS(fmt.Sprintf("th:nth-child(%d) button", n+1))), chromedp.KeyEvent("\r"))
	}
	expect := func(what, got, want string) {
		if got != want {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
	}
	last := slices.Index(heads, "last used")
	sort(last)
	expect("absent last", column(ctx, t, last), "2026-03-04 2026-04-01 – – –")
	sort(last)
	expect("absent last, the other way round", column(ctx, t, last), "2026-04-01 2026-03-04 – – –")
	sort(name)
	expect("ascending", column(ctx, t, name), "alpha bravo charlie delta echo")
	expect("aria-sort", ask[string](ctx, t, `document.querySelector("[aria-sort]").getAttribute("aria-sort")`), "ascending")
	sort(name)
	expect("descending", column(ctx, t, name), "echo delta charlie bravo alpha")
	sort(days)
	expect("by date, not by letters", column(ctx, t, days), "now in 18 days in 37 days in 74 days in 111 days")
	do(ctx, t, chromedp.SendKeys(chromedp.CSS("input[type=search]"), "RA"))
	expect("filtered", column(ctx, t, name), "bravo")
	expect("announced", ask[string](ctx, t, `document.querySelector("output").textContent`), "1/5 rows shown")
}

func TestWithoutJavaScript(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	do(ctx, t, command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}),
		chromedp.Navigate(save(t, list("delta", "alpha", "charlie", "bravo"), report.Options{})),
		// To ask the page; its own script does not run any more.
		command(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{}))
	tools := ask[int](ctx, t, `Array.from(document.querySelectorAll(".tools, button")).filter(e => e.offsetParent).length`)
	rows := ask[int](ctx, t, `document.querySelectorAll("tbody tr").length`)
	if tools != 0 || rows != 4 {
		t.Errorf("%d controls that do nothing, %d rows", tools, rows)
	}
}

// Nothing runs over the edge of a phone, nor is a landmark or a name missing.
func TestPhonesAndScreenReaders(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	address := save(t, list("a", "b", "c", strings.Repeat("long", 60)), report.Options{Language: "de"})
	for _, width := range []int64{320, 390, 768, 1280} {
		do(ctx, t, chromedp.EmulateViewport(width, 800), chromedp.Navigate(address))
		over := ask[int](ctx, t, `document.documentElement.scrollWidth - window.innerWidth`)
		missing := ask[[]string](ctx, t, `["main","header","footer","h1","html[lang=de]","#timeline li p","#timeline li svg[aria-hidden=true]","caption","th[scope=col]"].filter(s => !document.querySelector(s))`)
		unnamed := ask[int](ctx, t, `Array.from(document.querySelectorAll("section")).filter(s => !document.getElementById(s.getAttribute("aria-labelledby"))).length`)
		if over > 0 || len(missing) > 0 || unnamed > 0 {
			t.Errorf("at %d pixels: %d pixels over the edge, %q missing, %d sections without a name", width, over, missing, unnamed)
		}
	}
}

// Text has a contrast of 4.5 at least (WCAG 2.2, 1.4.3), in light and in dark.
func TestContrast(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	address := save(t, list("a", "b", "c", "d"), report.Options{})
	for _, scheme := range []string{"light", "dark"} {
		do(ctx, t, command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}),
			chromedp.Navigate(address))
		if low := ask[[]string](ctx, t, contrastScript); len(low) > 0 {
			t.Errorf("%s: too little contrast: %q", scheme, low)
		}
	}
}

const contrastScript = `(() => {
	const rgb = c => c.match(/[\d.]+/g).map(Number);
	const light = c => { const [r, g, b] = rgb(c).slice(0, 3).map(v => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; });
		return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
	const back = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (rgb(c)[3] !== 0) return c; } return "rgb(255,255,255)"; };
	return Array.from(document.querySelectorAll("h1,h2,p,span,td,th,button,dt,dd,caption,code,small,a,label,output")).filter(e => e.offsetParent && e.textContent.trim())
		.map(e => { const a = light(getComputedStyle(e).color), b = light(back(e)); return [e, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)]; })
		.filter(x => x[1] < 4.5).map(x => x[0].tagName + "." + x[0].className + " " + x[1].toFixed(2));
})()`
