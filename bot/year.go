package bot

import "time"

// YearAsked asks every feature for what a picture of the year shows: what goes on
// from stage to stage, and what happens on a day.
type YearAsked struct {
	// From and To bound the year; To is its end, not included.
	From, To time.Time
	// Kinds and Meetings are the kinds of requests and of meetings that are shown;
	// all of them when empty.
	Kinds, Meetings []string
	tracks          []Track
	marks           []Mark
}

// Track is something that goes on through the year.
type Track struct {
	// Subject is its key, such as "request/12"; Title says it in a few words.
	Subject string
	Title   Text
	// Spans are its stages, in the order of time.
	Spans []Span
	// Ended is when it came to its end and End how, zero while it goes on.
	Ended time.Time
	End   Text
}

// Span is the time that something is at a stage.
type Span struct {
	Stage Text
	// Rank is the stage's place on its path, from 1; 0 when that is not known.
	Rank int
	From time.Time
	// To is when it left the stage; zero while it is there.
	To time.Time
}

// Mark is something that happens on a day.
type Mark struct {
	// Row says what sort of thing it is: those of one row are drawn together.
	Row   Text
	Title Text
	At    time.Time
	// Took says that it took place: what was planned and was not is no change.
	Took bool
}

// AddTrack adds something that goes on.
func (y *YearAsked) AddTrack(t Track) { y.tracks = append(y.tracks, t) }

// AddMark adds something that happens on a day of the year, and leaves out others.
func (y *YearAsked) AddMark(m Mark) {
	if !m.At.Before(y.From) && m.At.Before(y.To) {
		y.marks = append(y.marks, m)
	}
}

// Tracks lists what goes on, Marks what happens, in the order of the features.
func (y *YearAsked) Tracks() []Track { return y.tracks }

// Marks lists what happens on a day.
func (y *YearAsked) Marks() []Mark { return y.marks }
