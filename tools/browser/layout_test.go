// Package browser opens HTML reports in a real Chromium: what a browser does
// with a page cannot be read off its source.
package browser

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/report"
	"github.com/spcheck/spcheck/internal/result"
)

// What is longer than a page continues in the next: held together, it would leave
// a page empty, and what follows the first page of a chart would be lost.
func TestLongPartsBreakInPrint(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	do(ctx, t, chromedp.Navigate(save(t, list("a", "b"), report.Options{})),
		command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}))
	held := ask[[]string](ctx, t, `["#timeline", "#credentials"].filter(s => getComputedStyle(document.querySelector(s)).breakInside !== "auto")`)
	if len(held) > 0 {
		t.Errorf("held together: %q", held)
	}
}

// No line of the timeline crosses a label, on a phone neither.
func TestNothingCrossesTheLabelsOfTheTimeline(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	address := save(t, list("a", strings.Repeat("long ", 12), "c", "d"), report.Options{})
	for _, width := range []int64{320, 1280} {
		do(ctx, t, chromedp.EmulateViewport(width, 800), chromedp.Navigate(address))
		crossed := ask[int](ctx, t, `(() => {
			const boxes = s => Array.from(document.querySelectorAll(s)).map(e => e.getBoundingClientRect());
			const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
			return boxes("#timeline p").filter(p => boxes("#timeline line, #timeline rect, .axis text").some(l => meet(p, l))).length })()`)
		overlaid := ask[int](ctx, t, `(() => {
			const texts = Array.from(document.querySelectorAll(".axis text")).map(e => e.getBoundingClientRect()).sort((a, b) => a.left - b.left);
			return texts.filter((t, i) => i > 0 && t.left < texts[i - 1].right).length })()`)
		if crossed > 0 || overlaid > 0 {
			t.Errorf("at %d pixels: %d labels are crossed, %d names of the axis overlap", width, crossed, overlaid)
		}
	}
}

func TestPrintsOnFewPages(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	do(ctx, t, chromedp.Navigate(save(t, list("a", "b", "c", "d"), report.Options{})))
	pdf, err := chromedp.Run(ctx, chromedp.PrintToPDF())
	if err != nil {
		t.Fatal(err)
	}
	if pages := regexp.MustCompile(`/Type\s*/Page\b`).FindAll(pdf, -1); len(pages) < 1 || len(pages) > 2 {
		t.Errorf("%d pages", len(pages))
	}
}

// scan is a tenant with so many findings that nobody reads them all.
func scan(findings int) *result.Scan {
	s := &result.Scan{Header: result.Header{SchemaVersion: result.SchemaVersion, GeneratedAt: *day(0), Status: result.Critical, ExitCode: 2}}
	s.Rules = map[string]result.RuleText{"near": {Title: msg.Literal("The credential expires within the warning window"), Remedy: msg.Literal("Renew it.")}}
	s.Tenants = []result.ScanTenant{
		{Tenant: "0b6c1d58-91f4-4c0a-8e5e-3d7a1f9b2c44", Status: result.Critical, Applications: findings, Credentials: findings},
		{Tenant: "7d40a8f3-1b6c-4925-9e7d-38c5f0b2a614", Status: result.OK},
	}
	s.Totals = result.ScanTotals{Tenants: 2, Applications: findings, Credentials: findings, Findings: findings, Warning: findings, Critical: 1, ByRule: map[string]int{"near": findings}}
	for i := range findings {
		id, name := fmt.Sprintf("c0ffee00-0000-4000-8000-%012d", i), fmt.Sprintf("Service %05d", i)
		if i%9 == 1 {
			name += ", a long name that somebody typed in one go"
		}
		s.Findings = append(s.Findings, result.Finding{
			Rule: "near", Severity: result.SevWarning, Tenant: s.Tenants[0].Tenant, ObjectID: id, AppID: &id, DisplayName: &name, ObjectKind: "application",
			KeyID: &id, Kind: new("password"), EndDateTime: day(i%700 + 1), Status: result.Expiring, Owners: &[]result.Owner{{ID: id, DisplayName: &name}},
		})
	}
	return s
}

// Ten findings and ten thousand are read alike: the first screen says how bad it
// is, and a long list is turned page by page and can be searched as a whole.
func TestScansOfAnySize(t *testing.T) {
	t.Parallel()
	for _, size := range []int{10, 10_000} {
		ctx := browser(t)
		do(ctx, t, chromedp.EmulateViewport(1280, 800), chromedp.Navigate(save(t, scan(size), report.Options{})))
		below := ask[int](ctx, t, `Math.ceil(document.querySelector(".figures").getBoundingClientRect().bottom) - window.innerHeight`)
		shown := ask[int](ctx, t, `document.querySelectorAll("#findings tbody tr:not([hidden])").length`)
		paged := ask[bool](ctx, t, `!document.querySelector("#findings .pager").hidden`)
		if below > 0 || shown > 50 || paged != (size > 50) {
			t.Errorf("%d findings: the figures end %d pixels below the first screen, %d rows are shown, paged: %v", size, below, shown, paged)
		}
		if size < 100 {
			continue
		}
		do(ctx, t, chromedp.Click(chromedp.CSS("#findings .pager .on")))
		second := ask[string](ctx, t, `document.querySelector("#findings .at").textContent`)
		do(ctx, t, chromedp.SendKeys(chromedp.CSS("#findings input[type=search]"), "09999"))
		found := ask[string](ctx, t, `Array.from(document.querySelectorAll("#findings tbody tr:not([hidden])")).map(r => r.cells[1].textContent).join()`)
		if second != "2 / 200" || found != "Service 09999" {
			t.Errorf("the second page is %q, the row that is searched %q", second, found)
		}
	}
}

// Nothing overlaps, is cut off or runs over the edge, on any screen, in the light
// and in the dark.
func TestNothingIsCutOrOverlaps(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	for name, address := range map[string]string{
		"a scan": save(t, scan(120), report.Options{Language: "de"}), "a list": save(t, list("alpha", "bravo", strings.Repeat("long", 30), "delta"), report.Options{}),
	} {
		for _, width := range []int64{320, 390, 768, 1220, 1266, 1280, 1440, 1920} {
			do(ctx, t, chromedp.EmulateViewport(width, 900), chromedp.Navigate(address))
			if bad := ask[[]string](ctx, t, layoutScript); len(bad) > 0 {
				t.Errorf("%s at %d pixels: %q", name, width, bad)
			}
		}
		// A4 and Letter, less their margins: what is wider is printed smaller.
		for _, width := range []int64{718, 740} {
			do(ctx, t, chromedp.EmulateViewport(width, 1000), command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"}), chromedp.Navigate(address))
			if bad := ask[[]string](ctx, t, layoutScript); len(bad) > 0 {
				t.Errorf("%s on paper of %d pixels: %q", name, width, bad)
			}
		}
		do(ctx, t, command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{}))
	}
}

const layoutScript = `(() => {
	const bad = [], seen = e => e.offsetParent && getComputedStyle(e).clipPath === "none" && e.getBoundingClientRect().width > 1;
	const over = document.documentElement.scrollWidth - window.innerWidth;
	if (over > 0) bad.push("the page is " + over + " pixels too wide");
	for (const e of document.querySelectorAll("h1,h2,p,li,td,th,dt,dd,.label,.count,.figures span,.figures strong,button,output"))
		if (seen(e) && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== "inline") bad.push("cut: " + e.textContent.trim().slice(0, 40));
	for (const e of document.querySelectorAll(".scroll")) if (e.scrollWidth > e.clientWidth + 1) bad.push("a scroll bar");
	const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
	for (const group of [".chart li > *", ".figures li", ".tools > *", "thead th", "tbody tr:first-child td"])
		for (const parent of new Set(Array.from(document.querySelectorAll(group)).map(e => e.parentElement))) {
			const boxes = Array.from(parent.children).filter(seen).map(e => [e, e.getBoundingClientRect()]);
			boxes.forEach(([e, a], i) => boxes.slice(i + 1).forEach(([f, b]) => { if (meet(a, b)) bad.push("overlap: " + e.textContent.trim().slice(0, 20) + " and " + f.textContent.trim().slice(0, 20)); }));
		}
	return Array.from(new Set(bad)).slice(0, 8);
})()`
