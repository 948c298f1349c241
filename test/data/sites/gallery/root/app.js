const late = document.createElement('img');
late.src = '/img/late.svg';
late.width = late.height = 60;
document.body.append(late);
