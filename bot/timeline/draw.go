package timeline

import (
	"fmt"
	"strconv"
	"time"

	"greffier/bot"
	"greffier/bot/picture"
)

// The measures of the picture, in points.
const (
	head      = 92.0
	trackHigh = 34.0
	rowHigh   = 30.0
	foot      = 12.0
	across    = picture.Width - 2*picture.Margin
	monthHigh = 14.0
)

// months are their initials, which are the same in English and in French.
var months = [...]string{"J", "F", "M", "A", "M", "J", "J", "A", "S", "O", "N", "D"}

// sheet is a picture of a year: a moment has its place across.
type sheet struct {
	pen      *picture.Pen
	from, to time.Time
}

// x is the place of a moment, held within the year.
func (s *sheet) x(at time.Time) float64 {
	part := float64(at.Sub(s.from)) / float64(s.to.Sub(s.from))
	return picture.Margin + across*min(max(part, 0), 1)
}

// draw draws a year: each thing that goes on under its name, a bar for each stage
// with the stage's place on its path, striped where it is now and full where it came
// to its end; each sort of thing that happens under its name, a mark for each day. A
// line stands for today. Nothing is said by colour, and all of it stands in the text.
func draw(c *bot.Ctx, year int, y *bot.YearAsked, rows []row) (bot.File, error) {
	tracks := y.Tracks()
	high := head + trackHigh*float64(len(tracks)) + rowHigh*float64(len(rows)) + foot
	pen, err := picture.New(high)
	if err != nil {
		return bot.File{}, fmt.Errorf("timeline: picture: %w", err)
	}
	s := &sheet{pen, y.From, y.To}
	words := c.Speaker(c.Locale())
	pen.Text(words.Plain(bot.T("timeline.picture-title", "year", year, "community", c.Charter.Community.Name)), picture.Margin, 18, picture.Title, across)
	for i, k := range []struct {
		fill picture.Filling
		key  string
	}{{picture.Empty, "timeline.key-past"}, {picture.Striped, "timeline.key-now"}, {picture.Full, "timeline.key-end"}} {
		at := picture.Margin + across/3*float64(i)
		pen.Bar(at, 34, 18, k.fill)
		pen.Text(words.Plain(bot.T(k.key)), at+24, 40, picture.Small, across/3-28)
	}
	s.axis()
	if !c.Now.Before(y.From) && c.Now.Before(y.To) {
		pen.Line(s.x(c.Now), 62, s.x(c.Now), high-foot)
	}
	top := head
	for i := range tracks {
		s.track(words.Plain(tracks[i].Title)+" — "+words.Plain(last(&tracks[i])), &tracks[i], top, c.Now)
		top += trackHigh
	}
	for _, r := range rows {
		pen.Text(r.plain, picture.Margin, top+8, picture.Label, across)
		for _, m := range r.marks {
			pen.Bar(s.x(m.At)-1.5, top+15, 3, picture.Full)
		}
		top += rowHigh
	}
	data, err := pen.PNG()
	if err != nil {
		return bot.File{}, fmt.Errorf("timeline: picture: %w", err)
	}
	return bot.File{
		Name: strconv.Itoa(year) + ".png", Type: "image/png", Data: data,
		Alt: words.Plain(bot.T("timeline.alt", "year", year, "tracks", bot.T("timeline.tracks-count", "count", len(tracks)), "marks", bot.T("timeline.marks-count", "count", len(y.Marks())))),
	}, nil
}

// last is where something is, or how it ended.
func last(t *bot.Track) bot.Text {
	if !t.Ended.IsZero() {
		return t.End
	}
	return t.Spans[len(t.Spans)-1].Stage
}

// axis draws the months.
func (s *sheet) axis() {
	for i, name := range months {
		at := s.from.AddDate(0, i, 0)
		x := s.x(at)
		s.pen.Line(x, head-monthHigh-8, x, head-monthHigh)
		s.pen.Text(name, x+across/24-3, head-monthHigh-4, picture.Small, across/12)
	}
	s.pen.Line(picture.Margin, head-monthHigh+2, picture.Margin+across, head-monthHigh+2)
	s.pen.Line(picture.Margin+across, head-monthHigh-8, picture.Margin+across, head-monthHigh)
}

// track draws one thing that goes on.
func (s *sheet) track(name string, t *bot.Track, top float64, now time.Time) {
	s.pen.Text(name, picture.Margin, top+8, picture.Label, across)
	for _, span := range t.Spans {
		end, fill := span.To, picture.Empty
		if end.IsZero() {
			end, fill = now, picture.Striped
		}
		if end.Before(s.from) || !span.From.Before(s.to) {
			continue
		}
		from := s.x(span.From)
		long := max(s.x(end)-from, 2)
		s.pen.Bar(from, top+17, long, fill)
		if fill == picture.Empty && long >= 12 && span.Rank > 0 {
			s.pen.Text(strconv.Itoa(span.Rank), from+3, top+17+picture.BarHeight/2, picture.Small, long-3)
		}
	}
	if !t.Ended.IsZero() && !t.Ended.Before(s.from) && t.Ended.Before(s.to) {
		s.pen.Bar(s.x(t.Ended), top+17, 4, picture.Full)
	}
}
